import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { chartFacts } from './chart-facts.ts'
import { evaluate, type Scope } from './evaluate.ts'
import type { Tree, TreeMap } from './expression.ts'
import { pipeline } from './go-template.ts'
import {
  any,
  asJson,
  decimal,
  divideRoundingUp,
  each,
  entriesOf,
  equals,
  exceeds,
  isSet,
  listOf,
  matches,
  not,
  optional,
  sum,
  text,
  values,
  when,
} from './symbolic.ts'
import { templateLines } from './template-file.ts'
import { completeValues } from './values.ts'

const { gateway } = values

describe('a symbol throws where it is taken for a value', () => {
  const symbol = gateway.replicas as unknown as number

  test.each([
    ['in a template literal', () => `${symbol}`],
    ['in a concatenation', () => `replicas: ${String(symbol)}`],
    ['as a property name', () => ({ [symbol]: 1 })],
    ['in a sum', () => symbol + 1],
    ['in a product', () => symbol * 2],
    ['negated', () => -symbol],
    ['compared by size', () => symbol > 1],
    // biome-ignore lint/suspicious/noDoubleEquals: the loose comparison is what is tested
    ['compared loosely', () => symbol == 1],
    ['as JSON', () => JSON.stringify({ symbol })],
    ['sorted', () => [symbol, symbol].sort()],
  ])('%s', (_where, use) => {
    expect(use).toThrow('.Values.gateway.replicas is a symbol without a value')
  })
})

test('builders branch by when, each and sum only: a symbol is true to every branch of the language', () => {
  const folder = join(import.meta.dirname, 'objects')
  const lines = readdirSync(folder).flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
  const branches = lines.filter((line) => /\bif \(|\? |&&|\|\||\bswitch\b|\bwhile\b|\?\?/.test(line))
  const ofValues = branches.filter((line) => !isComment(line) && !ofTheBuilder.some((known) => line.includes(known)))
  expect(ofValues).toEqual([])
})

/** Questions about a builder's own options, and of the one function that is called where values are known. */
const ofTheBuilder = [
  "before.endsWith(',') ?",
  'condition === undefined ?',
  'overridable ?',
  'conditions.length === 0 ?',
  'options.volumes ??',
  'options.mounts ??',
  'options.lifecycle === undefined ?',
  'image.registry || global.imageRegistry',
  "image.digest === '' ?",
  "registry === '' ?",
]

function isComment(line: string): boolean {
  return /^\s*(\/\/|\/?\*)/.test(line)
}

describe('what is left out, with the same rule in both worlds', () => {
  const nothing: TreeMap = {
    a: when(isSet(gateway.nodeSelector), 'set'),
    b: { c: optional(gateway.affinity), d: [each(gateway.tolerations, (toleration) => toleration)] },
    e: { ...entriesOf(gateway.podLabels) },
  }

  test('a map whose entries all can be left out goes with the last of them', () => {
    expect(evaluate({ nothing }, scopeOf({}))).toBeUndefined()
    expect(evaluate({ nothing }, scopeOf({ gateway: { podLabels: { x: 'y' } } }))).toEqual({
      nothing: { e: { x: 'y' } },
    })
    expect(templateLines({ nothing })[0]).toBe(
      '{{- if (or $.Values.gateway.nodeSelector (or $.Values.gateway.affinity $.Values.gateway.tolerations) $.Values.gateway.podLabels) }}',
    )
  })

  test('an empty map that is meant stays', () => {
    expect(evaluate({ emptyDir: {} }, scopeOf({}))).toEqual({ emptyDir: {} })
    expect(templateLines({ emptyDir: {}, none: [] })).toEqual(['emptyDir: {}', 'none: []'])
  })
})

describe('a word means the same to both readers:', () => {
  test.each<[string, Tree, string, unknown]>([
    ['text', text`a-${gateway.service.type}%`, '(printf "a-%s%%" $.Values.gateway.service.type)', 'a-ClusterIP%'],
    ['sum', sum(gateway.preStopSleepS, 10), '(add $.Values.gateway.preStopSleepS 10)', 15],
    [
      'divideRoundingUp',
      divideRoundingUp(gateway.drainWindowMs, 1_000),
      '(div (add $.Values.gateway.drainWindowMs 999) 1000)',
      21,
    ],
    ['decimal', decimal(gateway.drainWindowMs), '(toRawJson $.Values.gateway.drainWindowMs)', '20001'],
    ['asJson', asJson(gateway.podLabels), '(toRawJson $.Values.gateway.podLabels)', '{"a":"<","b":"2"}'],
    ['equals', equals(gateway.service.type, 'NodePort'), '(eq $.Values.gateway.service.type "NodePort")', false],
    ['exceeds', exceeds(gateway.drainWindowMs, 20_000), '(gt (int64 $.Values.gateway.drainWindowMs) 20000)', true],
    [
      'exceeds, not by being equal',
      exceeds(sum(gateway.preStopSleepS, 10), 15),
      '(gt (int64 (add $.Values.gateway.preStopSleepS 10)) 15)',
      false,
    ],
    [
      'matches',
      matches(gateway.service.type, '^Cl[a-z]+IP$'),
      '(regexMatch "^Cl[a-z]+IP$" $.Values.gateway.service.type)',
      true,
    ],
    [
      'listOf',
      listOf(asJson(gateway.allowedOrigins)),
      '(fromJsonArray (toRawJson $.Values.gateway.allowedOrigins))',
      [],
    ],
    ['not', not(gateway.pdb.enabled), '(not $.Values.gateway.pdb.enabled)', false],
    [
      'any',
      any(gateway.gke.enabled, isSet(gateway.image.repository)),
      '(or $.Values.gateway.gke.enabled $.Values.gateway.image.repository)',
      true,
    ],
  ])('%s', (_word, expression, pipelineText, value) => {
    expect(pipeline(expression)).toBe(pipelineText)
    const given = { gateway: { drainWindowMs: 20_001, podLabels: { b: '2', a: '<' } } }
    expect(evaluate(expression, scopeOf(given))).toEqual(value)
  })
})

test('what a builder names wins over what a user’s map brings, wherever it stands', () => {
  const brought = entriesOf(gateway.podLabels)
  const given = scopeOf({ gateway: { podLabels: { a: 'theirs', b: 'theirs' } } })
  for (const map of [
    { a: 'ours', ...brought },
    { ...brought, a: 'ours' },
  ]) {
    expect(evaluate(map, given)).toEqual({ a: 'ours', b: 'theirs' })
    // The last of two equal keys is the one that Helm keeps.
    expect(templateLines(map).at(-1)).toBe('a: ours')
  }
})

test('braces that are not for Helm reach the manifest', () => {
  expect(templateLines({ summary: '{{ $labels.pod }} is gone' })).toEqual([
    'summary: "{{ "{{" }} $labels.pod }} is gone"',
  ])
})

function scopeOf(given: object): Scope {
  return {
    values: completeValues(given),
    release: { Name: 'quotewire', Namespace: 'here', Service: 'Helm' },
    chart: chartFacts,
  }
}
