/**
 * The words in which the builders of cdk8s/objects/ write what depends on values.
 *
 * In:  expressions: `values.gateway.replicas` is one, by property access.
 * Out: expressions. Each word means the same to evaluate.ts and to go-template.ts; parity.test.ts compares them.
 */
import type { Context } from './context.ts'
import { type Choice, Expression, type Node, nodeOf, type Root, type Tree, type TreeMap } from './expression.ts'
import type { Values } from './values.ts'

/** An expression whose properties are expressions as well, as far as T names its properties. */
export type Symbolic<T> = Expression<T> &
  (T extends readonly unknown[]
    ? unknown
    : T extends object
      ? { readonly [K in keyof T as string extends K ? never : K]-?: Symbolic<T[K]> }
      : unknown)

export const values = symbol<Values>({ kind: 'path', root: 'Values', steps: [] })
export const release = symbol<Context['release']>({ kind: 'path', root: 'Release' satisfies Root, steps: [] })
export const chart = symbol<Context['chart']>({ kind: 'path', root: 'Chart', steps: [] })

type PathNode = Extract<Node, { steps: readonly string[] }>

function symbol<T>(path: PathNode): Symbolic<T> {
  return new Proxy(new Expression<T>(path), {
    get(target, property) {
      if (typeof property === 'symbol' || property in target) return Reflect.get(target, property)
      return symbol({ ...path, steps: [...path.steps, property] })
    },
  }) as Symbolic<T>
}

/** Text with expressions of text in it; `decimal` makes text of a number. */
export function text(
  strings: TemplateStringsArray,
  ...inserted: readonly (string | Expression<string>)[]
): Expression<string> {
  const parts = strings.flatMap((literal, index) => [literal, ...inserted.slice(index, index + 1)].flatMap(partsOf))
  return new Expression({ kind: 'text', parts: parts.filter((part) => part !== '') })
}

/** Text in text becomes one, which reads better in the chart. */
function partsOf(part: string | Expression<string>): readonly (string | Expression<unknown>)[] {
  if (typeof part === 'string') return [part]
  const node = nodeOf(part)
  return node.kind === 'text' ? node.parts : [part]
}

/** Without `otherwise` the property, or the entry of a list, is left out. */
export function when<T extends Tree>(condition: Choice, holds: T, otherwise?: Tree): Expression<ValueOf<T>> {
  return new Expression({ kind: 'when', condition, holds, otherwise })
}
type ValueOf<T> = T extends Expression<infer Value> ? Value : T

/** The value where it is set, else nothing. */
export function optional<T>(value: Expression<T>): Expression<T> {
  return when(isSet(value), value) as Expression<T>
}

/** In a list: `body` for each entry of another. */
export function each<Item>(of: Expression<readonly Item[]>, body: (item: Symbolic<Item>) => Tree): Expression<Item> {
  return nested((depth) => {
    const variable = `item${depth}`
    return new Expression({
      kind: 'each',
      of,
      variable,
      body: body(symbol({ kind: 'variable', name: variable, steps: [] })),
    })
  })
}

/** In a list: `body` for each property of a map, in the order of their names. */
export function eachEntry<Value>(
  of: Expression<Readonly<Record<string, Value>>>,
  body: (key: Expression<string>, value: Symbolic<Value>) => Tree,
): Expression<Value> {
  return nested((depth) => {
    const [keyVariable, valueVariable] = [`key${depth}`, `value${depth}`]
    const key = symbol<string>({ kind: 'variable', name: keyVariable, steps: [] })
    const value = symbol<Value>({ kind: 'variable', name: valueVariable, steps: [] })
    return new Expression({ kind: 'eachEntry', of, keyVariable, valueVariable, body: body(key, value) })
  })
}

/** In a map, spread: all properties of another, `{ ...entriesOf(values.commonLabels) }`. */
export function entriesOf(of: Expression<Readonly<Record<string, unknown>>>): TreeMap {
  const meaning = nodeOf(of)
  const name = 'steps' in meaning ? meaning.steps.join('.') : meaning.kind
  return { [`...${name}`]: new Expression({ kind: 'entries', of }) }
}

export function sum(...terms: readonly (number | Expression<number>)[]): Expression<number> {
  return new Expression({ kind: 'sum', terms })
}

export function divideRoundingUp(amount: Expression<number>, by: number): Expression<number> {
  return new Expression({ kind: 'divideRoundingUp', amount, by })
}

/** A whole number as text, as environment variables want it. */
export function decimal(value: Expression<number>): Expression<string> {
  return asJson(value)
}

/** JSON with its keys in order, the same bytes in both worlds. */
export function asJson(of: Expression<unknown>): Expression<string> {
  return new Expression({ kind: 'json', of })
}

export function joined(of: Expression<readonly string[]>, by: string): Expression<string> {
  return new Expression({ kind: 'joined', of, by })
}

/** The list that a text says in JSON, which is all that a named template can give. */
export function listOf<Item>(json: Expression<string>): Expression<readonly Item[]> {
  return new Expression({ kind: 'listOf', json })
}

/** A named template of templates/_helpers.tpl, and what it gives where values are known. */
export function namedTemplate<Argument = undefined>(
  name: string,
  evaluate: (context: Context, argument: Argument) => string,
  argument?: string | Expression<Argument>,
): Expression<string> {
  const erased = evaluate as (context: Context, argument: unknown) => string
  return new Expression({ kind: 'namedTemplate', name, argument, evaluate: erased })
}

/** The whole number that a text says. */
export function numberOf(value: Expression<string>): Expression<number> {
  return new Expression({ kind: 'sum', terms: [value as Expression<unknown> as Expression<number>] })
}

/** Helm's truth: neither false, zero, empty nor absent. */
export function isSet(value: Expression<unknown>): Choice {
  return value as Choice
}

export function isNull(value: Expression<unknown>): Choice {
  return new Expression({ kind: 'isNull', value })
}

export function isText(value: Expression<unknown>): Choice {
  return new Expression({ kind: 'isText', value })
}

export function equals<T extends string>(value: Expression<T>, literal: NoInfer<T>): Choice {
  return new Expression({ kind: 'equals', value, literal })
}

export function exceeds(value: Expression<number>, most: number): Choice {
  return new Expression({ kind: 'exceeds', value, most })
}

export function startsWith(value: Expression<string>, prefix: string): Choice {
  return new Expression({ kind: 'startsWith', value, prefix })
}

/** A pattern has to mean the same to Go (RE2) and to JavaScript: no lookaround, no backreference. */
export function matches(value: Expression<string>, pattern: string): Choice {
  return new Expression({ kind: 'matches', value, pattern })
}

export function hasKey(map: Expression<Readonly<Record<string, unknown>>>, key: string): Choice {
  return new Expression({ kind: 'hasKey', map, key })
}

export function not(value: Choice): Choice {
  return new Expression({ kind: 'not', value })
}

export function all(...conditions: readonly Choice[]): Choice {
  const [first] = conditions
  return first !== undefined && conditions.length === 1 ? first : new Expression({ kind: 'all', conditions })
}

export function any(...conditions: readonly Choice[]): Choice {
  const [first] = conditions
  return first !== undefined && conditions.length === 1 ? first : new Expression({ kind: 'any', conditions })
}

let depth = 0

/** Go's variables are seen by inner blocks, so a nested loop needs a name of its own. */
function nested<T>(build: (depth: number) => T): T {
  depth += 1
  try {
    return build(depth)
  } finally {
    depth -= 1
  }
}
