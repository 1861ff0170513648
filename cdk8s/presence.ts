/**
 * When a property is there at all. One rule for both worlds: a property is left out when its `when` does not hold, and a
 * map or list whose entries can all be left out is left out with the last of them (`annotations: {}` never appears,
 * a literal `emptyDir: {}` always does).
 */
import { type Choice, Expression, isList, isMap, nodeOf, type Tree } from './expression.ts'
import { all, any, isSet, not } from './symbolic.ts'

/** `undefined`: always. */
export function presence(tree: Tree): Choice | undefined {
  if (tree instanceof Expression) return presenceOfExpression(tree)
  const entries = isList(tree) ? tree : isMap(tree) ? Object.values(tree) : []
  const conditions = entries.map(presence)
  if (conditions.length === 0 || conditions.includes(undefined)) return undefined
  return any(...conditions.filter((condition) => condition !== undefined))
}

function presenceOfExpression(expression: Expression<unknown>): Choice | undefined {
  const node = nodeOf(expression)
  if (node.kind === 'each' || node.kind === 'eachEntry' || node.kind === 'entries') return isSet(node.of)
  if (node.kind !== 'when') return undefined
  const condition = node.condition as Choice
  const ifHolds = both(condition, presence(node.holds))
  if (node.otherwise === undefined) return ifHolds
  const ifNot = presence(node.otherwise)
  if (ifHolds !== condition) return any(ifHolds, both(not(condition), ifNot))
  return ifNot === undefined ? undefined : any(condition, ifNot)
}

function both(condition: Choice, further: Choice | undefined): Choice {
  return further === undefined ? condition : all(condition, further)
}
