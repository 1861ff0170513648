/** The parts of a pod that are the same for every component: image, security, probes, placement. */
import type { Context } from '../context.ts'
import type { Expression, Tree, TreeMap } from '../expression.ts'
import { type Component, componentName, labels, selector } from '../names.ts'
import {
  any,
  each,
  entriesOf,
  isNull,
  isSet,
  isText,
  namedTemplate,
  not,
  optional,
  type Symbolic,
  when,
} from '../symbolic.ts'
import type { Values } from '../values.ts'

type Image = Symbolic<Values['gateway']['image']>
/** What gateway, marketdata, publisher and operator have in common. */
export type PodGroup = Symbolic<
  Omit<Values['publisher'], 'enabled' | 'feed' | 'shards' | 'pdb' | 'merge' | 'replicas' | 'image'>
>

export function imageReference(image: Image): Expression<string> {
  return namedTemplate<Values['gateway']['image']>('quotewire.image', referenceOf, image)
}

function referenceOf({ values: { global }, chart }: Context, image: Values['gateway']['image']): string {
  const registry = image.registry || global.imageRegistry
  const version = image.digest === '' ? `:${image.tag || chart.AppVersion}` : `@${image.digest}`
  return `${registry === '' ? '' : `${registry}/`}${image.repository}${version}`
}

/** The restricted Pod Security Standard. */
export function podSecurity(securityContext: PodGroup['securityContext']): TreeMap {
  const { runAsUser } = securityContext
  return {
    runAsNonRoot: true,
    // The only text is `unset`.
    runAsUser: when(not(any(isNull(runAsUser), isText(runAsUser))), runAsUser),
    seccompProfile: { type: 'RuntimeDefault' },
  }
}

export const containerSecurity: TreeMap = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
}

/** Liveness is patient, because a busy event loop is not a dead one; readiness is quick, because traffic waits for it. */
export const probes: TreeMap = {
  livenessProbe: {
    httpGet: { path: '/livez', port: 'admin' },
    periodSeconds: 10,
    timeoutSeconds: 5,
    failureThreshold: 3,
  },
  readinessProbe: {
    httpGet: { path: '/readyz', port: 'admin' },
    periodSeconds: 2,
    timeoutSeconds: 2,
    failureThreshold: 2,
  },
}

/** No shell in the images: the kubelet itself sleeps. The process's own wait (ENDPOINT_REMOVAL_WAIT_MS) is 0. */
export function preStopSleep(seconds: Expression<number>): TreeMap {
  return { preStop: { sleep: { seconds } } }
}

export function placement(group: PodGroup, component: Component): TreeMap {
  const { topologySpread } = group
  return {
    nodeSelector: optional(group.nodeSelector),
    tolerations: optional(group.tolerations),
    affinity: optional(group.affinity),
    priorityClassName: optional(group.priorityClassName),
    topologySpreadConstraints: when(topologySpread.enabled, [
      each(topologySpread.topologyKeys, (topologyKey) => ({
        maxSkew: topologySpread.maxSkew,
        topologyKey,
        whenUnsatisfiable: topologySpread.whenUnsatisfiable,
        labelSelector: { matchLabels: selector(component) },
        // Old pods of a rollout would count otherwise, and new ones crowd where those are not.
        matchLabelKeys: ['pod-template-hash'],
      })),
    ]),
  }
}

export function podMetadata(group: PodGroup, component: Component): TreeMap {
  return {
    labels: { ...selector(component), ...entriesOf(group.podLabels) },
    annotations: optional(group.podAnnotations),
  }
}

export function serviceAccountName(group: PodGroup, component: Component): Expression<string> {
  const { create, name } = group.serviceAccount
  return when(isSet(name), name, when(create, componentName(component), 'default'))
}

/** Between the end of the drain and SIGKILL: closing upstreams, Redis, the admin port. */
export const stopMarginS = 10

/** Every object's metadata. */
export function metadata(name: Tree, component?: Component, further: TreeMap = {}): TreeMap {
  return { name, labels: labels(component), ...further }
}
