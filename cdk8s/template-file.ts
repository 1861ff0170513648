/**
 * Writes a tree with expressions as the YAML of a Helm template: the world of the chart.
 *
 * In:  a tree; expressions in it stand for values, `when` and `each` for blocks.
 * Out: lines. `{{- if }}` around what may be left out (presence.ts has the rule), `{{ toJson … }}` for every value, so
 *      that no value can break out of its place.
 *
 * An own writer, because replacing marks in the output of a YAML library would have to guess where a block ends.
 */
import { Expression, inOrder, isList, isMap, nodeOf, type Tree, type TreeMap } from './expression.ts'
import { pipeline } from './go-template.ts'
import { presence } from './presence.ts'

export function templateLines(map: TreeMap, indent = 0): string[] {
  return inOrder(map).flatMap(([key, value]) => {
    const node = value instanceof Expression ? nodeOf(value) : undefined
    if (node?.kind === 'entries') {
      const body = [`${spaces(indent)}{{ toJson $key }}: {{ toJson $value }}`]
      return block(indent, `range $key, $value := ${pipeline(node.of)}`, body)
    }
    const lines = property(key, value, indent)
    const condition = presence(value)
    return condition === undefined ? lines : block(indent, `if ${pipeline(condition)}`, lines)
  })
}

function property(key: string, value: Tree, indent: number): string[] {
  const name = `${spaces(indent)}${scalar(key)}:`
  if (value instanceof Expression) {
    const node = nodeOf(value)
    if (node.kind !== 'when') return [`${name} {{ toJson ${pipeline(value)} }}`]
    const holds = property(key, node.holds, indent)
    // presence.ts has seen to the condition already.
    if (node.otherwise === undefined) return holds
    return ifElse(indent, pipeline(node.condition), holds, property(key, node.otherwise, indent))
  }
  if (isList(value)) {
    return value.length === 0 ? [`${name} []`] : [name, ...value.flatMap((entry) => listEntry(entry, indent + 2))]
  }
  if (isMap(value)) {
    return Object.keys(value).length === 0 ? [`${name} {}`] : [name, ...templateLines(value, indent + 2)]
  }
  if (typeof value === 'string' && value.includes('\n')) return [`${name} |-`, ...literal(value, indent + 2)]
  return [`${name} ${scalar(value)}`]
}

function listEntry(entry: Tree, indent: number): string[] {
  if (entry instanceof Expression) return expressionEntry(entry, indent)
  if (isList(entry)) throw new Error('a list directly in a list is not needed by any object')
  if (!isMap(entry)) return [`${spaces(indent)}- ${scalar(entry)}`]
  const lines = mapEntry(entry, indent)
  const condition = presence(entry)
  return condition === undefined ? lines : block(indent, `if ${pipeline(condition)}`, lines)
}

function mapEntry(entry: TreeMap, indent: number): string[] {
  const [first = '', ...rest] = templateLines(entry, indent + 2)
  // A block cannot begin behind the dash: it would swallow it.
  if (first.trimStart().startsWith('{{')) return [`${spaces(indent)}-`, first, ...rest]
  return [`${spaces(indent)}- ${first.trimStart()}`, ...rest]
}

function expressionEntry(entry: Expression<unknown>, indent: number): string[] {
  const node = nodeOf(entry)
  switch (node.kind) {
    case 'each':
      return block(indent, `range $${node.variable} := ${pipeline(node.of)}`, listEntry(node.body, indent))
    case 'eachEntry': {
      const head = `range $${node.keyVariable}, $${node.valueVariable} := ${pipeline(node.of)}`
      return block(indent, head, listEntry(node.body, indent))
    }
    case 'when': {
      const holds = listEntry(node.holds, indent)
      const condition = pipeline(node.condition)
      if (node.otherwise === undefined) return block(indent, `if ${condition}`, holds)
      return ifElse(indent, condition, holds, listEntry(node.otherwise, indent))
    }
    default:
      return [`${spaces(indent)}- {{ toJson ${pipeline(entry)} }}`]
  }
}

function ifElse(indent: number, condition: string, holds: readonly string[], otherwise: readonly string[]): string[] {
  return block(indent, `if ${condition}`, [...holds, `${spaces(indent)}{{- else }}`, ...otherwise])
}

function block(indent: number, head: string, body: readonly string[]): string[] {
  return [`${spaces(indent)}{{- ${head} }}`, ...body, `${spaces(indent)}{{- end }}`]
}

function literal(value: string, indent: number): string[] {
  return value.split('\n').map((line) => (line === '' ? '' : `${spaces(indent)}${escapeBraces(line)}`))
}

const plain = /^(?!(?:true|false|null|yes|no|on|off|y|n)$)[A-Za-z/][A-Za-z0-9._/-]*$/i

function scalar(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value)
  return plain.test(value) ? value : escapeBraces(JSON.stringify(value))
}

/** `{{` in an alert or a dashboard is not for Helm. */
function escapeBraces(line: string): string {
  return line.replaceAll('{{', '{{ "{{" }}')
}

function spaces(count: number): string {
  return ' '.repeat(count)
}
