import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { valuesSchemaJson, valuesTable } from './values-files.ts'
import { kubernetesFiles, staleTemplates } from './write-files.ts'

test('npm run synth leaves no difference', () => {
  const files = [...kubernetesFiles()]
  const differing = files.filter(([file, text]) => !existsSync(file) || readFileSync(file, 'utf8') !== text)
  expect(differing.map(([file]) => relative('', file))).toEqual([])
  expect(staleTemplates()).toEqual([])
})

test('every value has a description, in the schema and in the table', () => {
  const undescribed: string[] = []
  visit(JSON.parse(valuesSchemaJson()), '')
  expect(undescribed).toEqual([])
  expect(valuesTable()).toContain('| `gateway.autoscaling.mode` | choice | `"none"` | none: `replicas`.')

  function visit(schema: unknown, path: string): void {
    const { properties } = node.parse(schema)
    for (const [name, property] of Object.entries(properties ?? {})) {
      if (!node.parse(property).description) undescribed.push(`${path}${name}`)
      // What a valueFrom or a Kubernetes object holds is described elsewhere.
      else visit(property, `${path}${name}.`)
    }
  }
})

test('the schema refuses what it does not know, at the root as well, but knows global and enabled', () => {
  const { additionalProperties, properties } = node.parse(JSON.parse(valuesSchemaJson()))
  expect(additionalProperties).toBe(false)
  expect(Object.keys(properties ?? {})).toEqual(expect.arrayContaining(['global', 'enabled']))
})

const node = z.looseObject({
  description: z.string().optional(),
  additionalProperties: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
})
