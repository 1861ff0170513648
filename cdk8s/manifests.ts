/**
 * Plain manifests: every object with values in hand.
 *
 * In:  what a user sets, the release's name.
 * Out: objects, ready to apply. Throws with the message of the rule that the values break.
 */
import { ApiObject, App, Chart, type IResolver } from 'cdk8s'
import { chartFacts } from './chart-facts.ts'
import { evaluate, holds, type Scope } from './evaluate.ts'
import { allObjects } from './objects/all-objects.ts'
import { ValueResolver } from './resolvers.ts'
import type { Resource } from './resource.ts'
import { rules } from './rules.ts'
import { completeValues } from './values.ts'

export type Manifest = Readonly<Record<string, unknown>>

export interface ManifestOptions {
  readonly values: unknown
  readonly releaseName: string
  readonly namespace: string
  /** For the label app.kubernetes.io/managed-by. */
  readonly managedBy: string
}

export function manifests(options: ManifestOptions): Manifest[] {
  const { releaseName: Name, namespace: Namespace, managedBy: Service } = options
  const values = completeValues(options.values)
  const scope: Scope = { values, release: { Name, Namespace, Service }, chart: chartFacts }
  const broken = rules.find((rule) => holds(rule.wrong, scope))
  if (broken !== undefined) throw new Error(broken.message)
  const wanted = allObjects.filter(({ condition }) => condition === undefined || holds(condition, scope))
  const objects = synthesized(wanted, new ValueResolver(scope)).map(({ json, resource }) =>
    mergePatch(json, evaluate(resource.merge, scope)),
  )
  return [...objects, ...values.extraManifests] as Manifest[]
}

/** As cdk8s gives them once the resolver has met every property. */
export function synthesized(resources: readonly Resource[], resolver: IResolver) {
  const app = new App({ resolvers: [resolver] })
  const chart = new Chart(app, 'quotewire', { disableResourceNameHashes: true })
  return resources.map((resource) => {
    // Names and labels are expressions, where the typings of cdk8s want text.
    const props = resource.object as unknown as ConstructorParameters<typeof ApiObject>[2]
    return { resource, json: new ApiObject(chart, resource.id.replaceAll('/', '-'), props).toJson() as Manifest }
  })
}

/**
 * RFC 7386, as `quotewire.mergePatch` of templates/_helpers.tpl does it. `{$patch: delete}`, Kubernetes' own word, stands
 * for null, which Helm drops from a parent chart's values.yaml.
 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isPlainMap(patch)) return patch
  const result: Record<string, unknown> = isPlainMap(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null || (isPlainMap(value) && value.$patch === 'delete')) delete result[key]
    else result[key] = mergePatch(result[key], value)
  }
  return result
}

function isPlainMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
