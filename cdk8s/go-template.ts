/**
 * Writes one expression as a pipeline of Go's template language, for Helm to read later.
 *
 * In:  an expression that gives one value or one condition (`each` and blocks of `when` belong to template-file.ts).
 * Out: text such as `(add $.Values.gateway.preStopSleepS 10)`; `$` is the root context in every template.
 */
import { Expression, type Node, nodeOf, type Tree } from './expression.ts'

export function pipeline(tree: Tree): string {
  if (tree instanceof Expression) return pipelineOfNode(nodeOf(tree))
  if (typeof tree === 'object') throw new Error('a map or list cannot stand inside an expression')
  return JSON.stringify(tree)
}

function pipelineOfNode(node: Node): string {
  switch (node.kind) {
    case 'path':
      return ['$', node.root, ...node.steps].join('.')
    case 'variable':
      return [`$${node.name}`, ...node.steps].join('.')
    case 'text':
      return printf(node.parts)
    case 'sum':
      return call('add', ...node.terms)
    case 'divideRoundingUp':
      return `(div (add ${pipeline(node.amount)} ${node.by - 1}) ${node.by})`
    case 'json':
      // toJson would write <, > and & as \u003c and so on.
      return call('toRawJson', node.of)
    case 'joined':
      return call('join', node.by, node.of)
    case 'listOf':
      return call('fromJsonArray', node.json)
    case 'namedTemplate':
      return `(include "${node.name}" ${node.argument === undefined ? '$' : `(list $ ${pipeline(node.argument)})`})`
    case 'when':
    case 'each':
    case 'eachEntry':
    case 'entries':
      throw new Error(`${node.kind} stands for a property or an entry of a list, not for a part of a text or number`)
    default:
      return pipelineOfCondition(node)
  }
}

type Condition = Extract<
  Node,
  { kind: 'equals' | 'exceeds' | 'startsWith' | 'matches' | 'hasKey' | 'isNull' | 'isText' | 'not' | 'all' | 'any' }
>

function pipelineOfCondition(node: Condition): string {
  switch (node.kind) {
    case 'equals':
      return call('eq', node.value, node.literal)
    case 'exceeds':
      // A number from a values file is a float to Go, which compares no float with an integer.
      return `(gt (int64 ${pipeline(node.value)}) ${node.most})`
    case 'startsWith':
      return call('hasPrefix', node.prefix, node.value)
    case 'matches':
      return call('regexMatch', node.pattern, node.value)
    case 'hasKey':
      return call('hasKey', node.map, node.key)
    case 'isNull':
      return call('kindIs', 'invalid', node.value)
    case 'isText':
      return call('kindIs', 'string', node.value)
    case 'not':
      return call('not', node.value)
    case 'all':
      return call('and', ...node.conditions)
    case 'any':
      return call('or', ...node.conditions)
  }
}

function call(name: string, ...given: readonly Tree[]): string {
  return `(${[name, ...given.map(pipeline)].join(' ')})`
}

function printf(parts: readonly (string | Expression<unknown>)[]): string {
  const format = parts.map((part) => (typeof part === 'string' ? part.replaceAll('%', '%%') : '%s')).join('')
  const given = parts.filter((part) => part instanceof Expression)
  return call('printf', format, ...given)
}
