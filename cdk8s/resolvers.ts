/**
 * The two ways in which cdk8s meets an expression at synth.
 *
 * In:  every property of every ApiObject.
 * Out: `ValueResolver`: plain values. `MarkResolver`: text marks, which cdk8s passes on, and `restore` to get the
 *      expressions back behind it.
 */
import type { IResolver, ResolutionContext } from 'cdk8s'
import { evaluate, type Scope } from './evaluate.ts'
import { Expression, isList, isMap, type Tree } from './expression.ts'

export class ValueResolver implements IResolver {
  readonly #scope: Scope

  constructor(scope: Scope) {
    this.#scope = scope
  }

  resolve(context: ResolutionContext): void {
    // Whole maps and lists, because what is left out is left out of those.
    if (holdsExpression(context.value)) context.replaceValue(evaluate(context.value, this.#scope))
  }
}

export class MarkResolver implements IResolver {
  readonly #expressions: Expression<unknown>[] = []

  resolve(context: ResolutionContext): void {
    if (!(context.value instanceof Expression)) return
    context.replaceValue(`\u0000${this.#expressions.length}`)
    this.#expressions.push(context.value)
  }

  restore(json: Tree): Tree {
    if (typeof json === 'string' && json.startsWith('\u0000')) {
      return this.#expressions[Number(json.slice(1))] ?? json
    }
    if (isList(json)) return json.map((entry) => this.restore(entry))
    if (!isMap(json)) return json
    return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, this.restore(value)]))
  }
}

function holdsExpression(tree: Tree): boolean {
  if (tree instanceof Expression) return true
  const entries: readonly Tree[] = isList(tree) ? tree : isMap(tree) ? Object.values(tree) : []
  return entries.some(holdsExpression)
}
