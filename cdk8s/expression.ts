/**
 * What builders write where a value belongs that is not known yet: an expression over the chart's values.
 *
 * In:  nodes, made by the words of symbolic.ts only.
 * Out: `nodeOf`, for the two readers that know what every node means: evaluate.ts (with values in hand) and
 *      go-template.ts (Helm, later).
 * Bound: plain immutable data, one tree an object.
 *
 * An expression must not be mistaken for its value. Concatenation, arithmetic, comparison by size and JSON.stringify
 * throw; `===` with a string is a type error. Only truthiness cannot be caught (every object is true), so
 * symbolic.test.ts refuses `if`, `?:`, `&&`, `||`, `??`, `switch` and `while` in cdk8s/objects/.
 */
import type { Context } from './context.ts'

export type Scalar = string | number | boolean

export type Tree = Scalar | Expression<unknown> | readonly Tree[] | TreeMap
export type TreeMap = { readonly [key: string]: Tree }

export type Root = 'Values' | 'Release' | 'Chart'

export type Node =
  | { readonly kind: 'path'; readonly root: Root; readonly steps: readonly string[] }
  | { readonly kind: 'variable'; readonly name: string; readonly steps: readonly string[] }
  | { readonly kind: 'text'; readonly parts: readonly (string | Expression<unknown>)[] }
  | {
      readonly kind: 'when'
      readonly condition: Expression<unknown>
      readonly holds: Tree
      readonly otherwise: Tree | undefined
    }
  | { readonly kind: 'each'; readonly of: Expression<unknown>; readonly variable: string; readonly body: Tree }
  | {
      readonly kind: 'eachEntry'
      readonly of: Expression<unknown>
      readonly keyVariable: string
      readonly valueVariable: string
      readonly body: Tree
    }
  | { readonly kind: 'entries'; readonly of: Expression<unknown> }
  | { readonly kind: 'sum'; readonly terms: readonly (number | Expression<number>)[] }
  | { readonly kind: 'divideRoundingUp'; readonly amount: Expression<number>; readonly by: number }
  | { readonly kind: 'json'; readonly of: Expression<unknown> }
  | { readonly kind: 'joined'; readonly of: Expression<unknown>; readonly by: string }
  | { readonly kind: 'listOf'; readonly json: Expression<string> }
  | {
      readonly kind: 'namedTemplate'
      readonly name: string
      readonly argument: string | Expression<unknown> | undefined
      readonly evaluate: (context: Context, argument: unknown) => string
    }
  | { readonly kind: 'equals'; readonly value: Expression<unknown>; readonly literal: string }
  | { readonly kind: 'exceeds'; readonly value: Expression<number>; readonly most: number }
  | { readonly kind: 'startsWith'; readonly value: Expression<unknown>; readonly prefix: string }
  | { readonly kind: 'matches'; readonly value: Expression<unknown>; readonly pattern: string }
  | { readonly kind: 'hasKey'; readonly map: Expression<unknown>; readonly key: string }
  | { readonly kind: 'isNull' | 'isText' | 'not'; readonly value: Expression<unknown> }
  | { readonly kind: 'all' | 'any'; readonly conditions: readonly Expression<unknown>[] }

const node = Symbol('node')

export class Expression<T> {
  /** Never there at run time: makes Expression<string> another type than Expression<number>. */
  declare readonly valueType: T
  readonly [node]: Node

  constructor(meaning: Node) {
    this[node] = meaning
  }

  [Symbol.toPrimitive](): never {
    throw new Error(`${describe(this)} is a symbol without a value: use text, sum, equals or when of cdk8s/symbolic.ts`)
  }

  toJSON(): never {
    throw new Error(`${describe(this)} is a symbol without a value: JSON.stringify cannot see it; use asJson`)
  }
}

/** A yes or no that only `when`, `all`, `any` and `not` can read. */
export type Choice = Expression<boolean>

export function nodeOf(expression: Expression<unknown>): Node {
  return expression[node]
}

export function isList(tree: unknown): tree is readonly Tree[] {
  return Array.isArray(tree)
}

export function isMap(tree: unknown): tree is TreeMap {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree) && !(tree instanceof Expression)
}

/**
 * A map as both readers go through it: what a user's map brings comes before what the builder names, so that the latter
 * wins where both have a key.
 */
export function inOrder(map: TreeMap): [string, Tree][] {
  const isBrought = (entry: Tree) => entry instanceof Expression && nodeOf(entry).kind === 'entries'
  return Object.entries(map).sort(([, a], [, b]) => Number(isBrought(b)) - Number(isBrought(a)))
}

function describe(expression: Expression<unknown>): string {
  const meaning = nodeOf(expression)
  if (meaning.kind === 'path') return ['', meaning.root, ...meaning.steps].join('.')
  return `An expression (${meaning.kind})`
}
