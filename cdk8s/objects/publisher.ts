/** The publisher: the image of market-data in its other role. */
import type { Component } from '../names.ts'
import type { Resource } from '../resource.ts'
import { all, type Symbolic } from '../symbolic.ts'
import type { Values } from '../values.ts'
import type { Variable } from './environment.ts'
import { marketdataAdminPort, sharedVariables } from './marketdata.ts'
import { stopMarginS } from './pod.ts'
import { adminPort, deployment, podDisruptionBudget, serviceAccount } from './workload.ts'

const component: Component = 'publisher'

export function publisherObjects(values: Symbolic<Values>): Resource[] {
  const { marketdata, publisher } = values
  const { enabled, merge } = publisher
  const companion = { component, group: publisher } as const
  return [
    deployment({
      ...companion,
      condition: enabled,
      image: marketdata.image,
      merge: merge.deployment,
      replicas: publisher.replicas,
      maxSurge: 1,
      // The new one holds its lease, or stands by, before the next old one goes.
      minReadySeconds: 5,
      // No client hangs on it: it gives its leases back and ends.
      terminationGracePeriodSeconds: stopMarginS,
      ports: [adminPort(marketdataAdminPort)],
      variables: publisherVariables(values),
      mountsToken: false,
    }),
    serviceAccount({ ...companion, condition: enabled, merge: merge.serviceAccount }),
    podDisruptionBudget({
      ...companion,
      condition: all(enabled, publisher.pdb.enabled),
      merge: merge.podDisruptionBudget,
    }),
  ]
}

export function publisherVariables(values: Symbolic<Values>): Variable[] {
  return [
    { name: 'MARKETDATA_ROLES', from: { value: 'publish' } },
    ...sharedVariables(values),
    { name: 'DRAIN_WINDOW_MS', from: { value: '0' } },
    { name: 'FEED', from: { value: values.publisher.feed } },
  ]
}
