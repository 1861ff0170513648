/**
 * Names and labels. Names begin with the release's, so that two releases live in one namespace; selectors have three
 * labels that never change, because a Deployment's selector cannot.
 */
import { createHash } from 'node:crypto'
import type { Context } from './context.ts'
import type { Expression, TreeMap } from './expression.ts'
import { chart, entriesOf, namedTemplate, release, text, values } from './symbolic.ts'

export type Component = 'gateway' | 'marketdata' | 'publisher' | 'operator' | 'redis' | 'stream-test'

/** The longest suffix is -marketdata-headless, and a Service's name has 63 characters at most. */
const longestFullname = 43

export const fullname: Expression<string> = namedTemplate('quotewire.fullname', fullnameOf)

function nameOf({ values: { nameOverride } }: Context): string {
  return nameOverride === '' ? 'quotewire' : nameOverride
}

function fullnameOf(context: Context): string {
  const { fullnameOverride } = context.values
  const [name, releaseName] = [nameOf(context), context.release.Name]
  const full = fullnameOverride || (releaseName.includes(name) ? releaseName : `${releaseName}-${name}`)
  if (full.length <= longestFullname) return full
  // Long names that begin alike stay apart.
  return `${full.slice(0, longestFullname - 9)}-${createHash('sha256').update(full).digest('hex').slice(0, 8)}`
}

export function componentName(component: Component): Expression<string> {
  return text`${fullname}-${component}`
}

export const headlessName = text`${componentName('marketdata')}-headless`

/** Where the tokens are, and the bundled Redis's password. */
export const secretName: Expression<string> = namedTemplate(
  'quotewire.secretName',
  (context) => context.values.auth.existingSecret || `${fullnameOf(context)}-secrets`,
)

/** Of all pods of this release. */
export const releaseSelector: TreeMap = {
  'app.kubernetes.io/name': namedTemplate('quotewire.name', nameOf),
  'app.kubernetes.io/instance': release.Name,
}

export function selector(component: Component): TreeMap {
  return { ...releaseSelector, 'app.kubernetes.io/component': component }
}

export function labels(component?: Component): TreeMap {
  return { ...ownLabels(component), ...entriesOf(values.commonLabels) }
}

function ownLabels(component?: Component): TreeMap {
  return {
    ...(component === undefined ? releaseSelector : selector(component)),
    'app.kubernetes.io/part-of': 'quotewire',
    'app.kubernetes.io/managed-by': release.Service,
    'app.kubernetes.io/version': chart.AppVersion,
  }
}

/** Labels that a value cannot set: selectors and tools go by them. */
export const podLabelNames: readonly string[] = Object.keys(selector('gateway'))
export const objectLabelNames: readonly string[] = Object.keys(ownLabels('gateway'))
