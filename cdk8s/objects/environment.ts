/** The `env` of a container: the chart's variables and the user's, none twice (server-side apply refuses that). */
import type { Choice, Expression, Tree } from '../expression.ts'
import { secretName } from '../names.ts'
import { all, eachEntry, hasKey, isText, not, type Symbolic, text, when } from '../symbolic.ts'
import type { Values } from '../values.ts'

export interface Variable {
  readonly name: string
  /** Without it the variable is always set. */
  readonly condition?: Choice
  readonly from: { readonly value: Tree } | { readonly valueFrom: Tree }
  /** Whether `env` of a component may set it instead; the others have values of their own (rules.ts refuses them). */
  readonly overridable?: boolean
}

export function environment(given: Symbolic<Values['gateway']['env']>, variables: readonly Variable[]): Tree[] {
  const ours = variables.map(({ name, condition, from, overridable }) => {
    const further = condition === undefined ? [] : [condition]
    const conditions = overridable ? [not(hasKey(given, name)), ...further] : further
    return conditions.length === 0 ? { name, ...from } : when(all(...conditions), { name, ...from })
  })
  const theirs = eachEntry(given, (name, value) =>
    when(isText(value), { name, value }, { name, valueFrom: (value as Symbolic<{ valueFrom: unknown }>).valueFrom }),
  )
  return [...ours, theirs]
}

/** What a component's `env` may not set. */
export function ownedNames(variables: readonly Variable[]): string[] {
  return [...new Set(variables.filter(({ overridable }) => !overridable).map(({ name }) => name))]
}

export function fromSecret(name: Tree, key: Tree): { readonly valueFrom: Tree } {
  return { valueFrom: { secretKeyRef: { name, key } } }
}

/** A container starts without it. */
function fromSecretIfThere(key: Tree): { readonly valueFrom: Tree } {
  return { valueFrom: { secretKeyRef: { name: secretName, key, optional: true } } }
}

/** The heap follows the container's memory limit. */
export function heapVariable(percent: Expression<string>): Variable {
  return { name: 'NODE_OPTIONS', overridable: true, from: { value: text`--max-old-space-size-percentage=${percent}` } }
}

/** What the operator shows to the gateways' admin ports. */
export function shownAdminToken({ auth }: Symbolic<Values>): Variable {
  return { name: 'ADMIN_TOKEN', overridable: true, from: fromSecret(secretName, auth.adminTokenKey) }
}

/** Whether or not there is an operator: to turn it off in an emergency would restart every gateway. */
export function askedAdminToken({ auth }: Symbolic<Values>): Variable {
  return { name: 'ADMIN_TOKEN', overridable: true, from: fromSecretIfThere(auth.adminTokenKey) }
}

/** What verifies users' tokens, and the token between gateway and market-data. */
export function authVariables({ auth }: Symbolic<Values>): Variable[] {
  const settings = [
    ['JWT_JWKS_URL', auth.jwksUrl],
    ['JWT_PUBLIC_KEY', auth.publicKey],
    ['JWT_ISSUER', auth.issuer],
    ['JWT_AUDIENCE', auth.audience],
  ] as const
  return [
    { name: 'JWT_SECRET', condition: auth.hs256, from: fromSecret(secretName, auth.jwtSecretKey) },
    { name: 'JWT_SECRET_PREVIOUS', condition: auth.hs256, from: fromSecretIfThere(auth.jwtSecretPreviousKey) },
    { name: 'UPSTREAM_TOKEN', from: fromSecret(secretName, auth.upstreamTokenKey) },
    ...settings.map(([name, value]) => ({ name, condition: value as Expression<unknown> as Choice, from: { value } })),
  ]
}

/** For who takes it. */
export function previousUpstreamTokenVariable({ auth }: Symbolic<Values>): Variable {
  return { name: 'UPSTREAM_TOKEN_PREVIOUS', from: fromSecretIfThere(auth.upstreamTokenPreviousKey) }
}
