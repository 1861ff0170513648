/**
 * Reads expressions with values in hand: the world of plain manifests.
 *
 * In:  a tree with expressions, a context.
 * Out: the same tree with values; `undefined` for what is left out (presence.ts has the rule).
 */
import type { Context } from './context.ts'
import { Expression, inOrder, isList, isMap, type Node, nodeOf, type Tree, type TreeMap } from './expression.ts'
import { presence } from './presence.ts'

export interface Scope extends Context {
  readonly variables?: Readonly<Record<string, unknown>>
}

export function evaluate(tree: Tree | undefined, scope: Scope): unknown {
  if (tree === undefined) return undefined
  if (tree instanceof Expression) return evaluateNode(nodeOf(tree), scope)
  if (!isList(tree) && !isMap(tree)) return tree
  const condition = presence(tree)
  if (condition !== undefined && !holds(condition, scope)) return undefined
  return isMap(tree) ? evaluateMap(tree, scope) : tree.flatMap((entry) => evaluateEntry(entry, scope))
}

/** Helm's truth. */
export function holds(condition: Expression<unknown>, scope: Scope): boolean {
  const value = evaluate(condition, scope)
  if (Array.isArray(value)) return value.length > 0
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0
  return Boolean(value)
}

function evaluateMap(map: TreeMap, scope: Scope): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const [key, entry] of inOrder(map)) {
    const node = entry instanceof Expression ? nodeOf(entry) : undefined
    const value = node?.kind === 'entries' ? evaluate(node.of, scope) : { [key]: evaluate(entry, scope) }
    for (const [name, property] of Object.entries(value as object)) if (property !== undefined) result[name] = property
  }
  return result
}

/** None, one or many entries of a list. */
function evaluateEntry(entry: Tree, scope: Scope): unknown[] {
  const node = entry instanceof Expression ? nodeOf(entry) : undefined
  if (node?.kind === 'each') {
    const items = (evaluate(node.of, scope) ?? []) as readonly unknown[]
    return items.flatMap((item) => evaluateEntry(node.body, withVariables(scope, { [node.variable]: item })))
  }
  if (node?.kind === 'eachEntry') {
    const entries = Object.entries((evaluate(node.of, scope) ?? {}) as object).sort(([a], [b]) => (a < b ? -1 : 1))
    return entries.flatMap(([key, value]) =>
      evaluateEntry(node.body, withVariables(scope, { [node.keyVariable]: key, [node.valueVariable]: value })),
    )
  }
  const value = evaluate(entry, scope)
  return value === undefined ? [] : [value]
}

function withVariables(scope: Scope, variables: Readonly<Record<string, unknown>>): Scope {
  return { ...scope, variables: { ...scope.variables, ...variables } }
}

function evaluateNode(node: Node, scope: Scope): unknown {
  switch (node.kind) {
    case 'path':
      return follow({ Values: scope.values, Release: scope.release, Chart: scope.chart }[node.root], node.steps)
    case 'variable':
      return follow(scope.variables?.[node.name], node.steps)
    case 'text':
      return node.parts.map((part) => (typeof part === 'string' ? part : String(evaluate(part, scope)))).join('')
    case 'when':
      return evaluate(holds(node.condition, scope) ? node.holds : node.otherwise, scope)
    case 'sum':
      return node.terms.reduce<number>((total, term) => total + Number(evaluate(term, scope)), 0)
    case 'divideRoundingUp':
      return Math.ceil(Number(evaluate(node.amount, scope)) / node.by)
    case 'json':
      return JSON.stringify(sorted(evaluate(node.of, scope)))
    case 'joined':
      return (evaluate(node.of, scope) as readonly string[]).join(node.by)
    case 'listOf':
      return JSON.parse(String(evaluate(node.json, scope)))
    case 'namedTemplate':
      return node.evaluate(scope, evaluate(node.argument, scope))
    case 'each':
    case 'eachEntry':
    case 'entries':
      throw new Error(`${node.kind} stands in a list or a map only`)
    default:
      return evaluateCondition(node, scope)
  }
}

type Condition = Extract<
  Node,
  { kind: 'equals' | 'exceeds' | 'startsWith' | 'matches' | 'hasKey' | 'isNull' | 'isText' | 'not' | 'all' | 'any' }
>

function evaluateCondition(node: Condition, scope: Scope): boolean {
  switch (node.kind) {
    case 'equals':
      return evaluate(node.value, scope) === node.literal
    case 'exceeds':
      return Number(evaluate(node.value, scope)) > node.most
    case 'startsWith':
      return String(evaluate(node.value, scope)).startsWith(node.prefix)
    case 'matches':
      return new RegExp(node.pattern).test(String(evaluate(node.value, scope)))
    case 'hasKey':
      return Object.hasOwn(evaluate(node.map, scope) as object, node.key)
    case 'isNull':
      return evaluate(node.value, scope) == null
    case 'isText':
      return typeof evaluate(node.value, scope) === 'string'
    case 'not':
      return !holds(node.value, scope)
    case 'all':
      return node.conditions.every((condition) => holds(condition, scope))
    case 'any':
      return node.conditions.some((condition) => holds(condition, scope))
  }
}

function follow(from: unknown, steps: readonly string[]): unknown {
  return steps.reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], from)
}

/** As Go writes maps. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, property]) => [key, sorted(property)]))
}
