/** The examples of ci/ are worth as much as they show: every value in two ways, every choice in each. */
import { expect, test } from 'vitest'
import { z } from 'zod'
import { ciFiles, readValues } from './testing/helm.ts'
import { completeValues, defaultValues, valuesSchema } from './values.ts'

const examples = ciFiles.map((file) => completeValues(readValues(file)))

interface Property {
  readonly path: string
  readonly choices: readonly string[] | undefined
}

test('the examples of ci/ show every value in two ways at least', () => {
  const shownOneWay = properties(valuesSchema, []).filter(({ path }) => shown(path).size < 2)
  expect(shownOneWay.map(({ path }) => path)).toEqual([])
})

test('the examples of ci/ show every choice that objects depend on', () => {
  // The level of the log is passed on as it is.
  const choices = properties(valuesSchema, []).filter(({ path }) => path !== 'logLevel')
  const missing = choices.flatMap(({ path, choices = [] }) =>
    choices.filter((choice) => !shown(path).has(JSON.stringify(choice))).map((choice) => `${path}: ${choice}`),
  )
  expect(missing).toEqual([])
})

test('what a user sets is merged over the defaults as Helm does it', () => {
  const { gateway } = completeValues({
    gateway: { resources: { limits: { cpu: '1' } }, securityContext: { runAsUser: null } },
  })
  expect(gateway.resources).toEqual({
    requests: { cpu: '100m', memory: '128Mi' },
    limits: { memory: '512Mi', cpu: '1' },
  })
  expect(gateway.securityContext.runAsUser).toBeNull()
  expect(gateway.replicas).toBe(defaultValues.gateway.replicas)
})

function shown(path: string): Set<string> {
  return new Set(
    examples.map((values) =>
      JSON.stringify(
        path.split('.').reduce<unknown>((value, step) => (value as Record<string, unknown>)[step], values),
      ),
    ),
  )
}

function properties(schema: z.ZodType, path: readonly string[]): Property[] {
  const inner = innermost(schema)
  if (inner instanceof z.ZodObject) {
    const shape: Record<string, z.ZodType> = inner.shape
    return Object.entries(shape).flatMap(([name, property]) => properties(property, [...path, name]))
  }
  return [{ path: path.join('.'), choices: inner instanceof z.ZodEnum ? inner.options.map(String) : undefined }]
}

function innermost(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return innermost(schema.unwrap() as z.ZodType)
  return schema
}
