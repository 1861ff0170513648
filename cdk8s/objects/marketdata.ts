/** market-data: its Deployment, the headless Service that gateways resolve, and the tiers' ConfigMap. */
import type { Tree } from '../expression.ts'
import { type Component, fullname, headlessName, selector } from '../names.ts'
import type { Resource } from '../resource.ts'
import { any, asJson, decimal, divideRoundingUp, isSet, type Symbolic, sum, text, when } from '../symbolic.ts'
import type { Values } from '../values.ts'
import { ownedReplicas, replicasOrigin } from './autoscaling.ts'
import { authVariables, previousUpstreamTokenVariable, type Variable } from './environment.ts'
import { metadata, preStopSleep, stopMarginS } from './pod.ts'
import { adminPort, deployment, podDisruptionBudget, serviceAccount } from './workload.ts'

export const grpcPort = 50_051
export const marketdataAdminPort = 9_091
const component: Component = 'marketdata'
const tiersFolder = '/etc/quotewire/tiers'
const tiersKey = 'tiers.yaml'
const tiersName = text`${fullname}-tiers`

export function marketdataObjects(values: Symbolic<Values>): Resource[] {
  const { marketdata } = values
  const companion = { component, group: marketdata } as const
  return [
    marketdataDeployment(values),
    headlessService(values),
    tiersConfigMap(values),
    serviceAccount({
      ...companion,
      condition: marketdata.serviceAccount.create,
      merge: marketdata.merge.serviceAccount,
    }),
    podDisruptionBudget({
      ...companion,
      condition: marketdata.pdb.enabled,
      merge: marketdata.merge.podDisruptionBudget,
    }),
  ]
}

function marketdataDeployment(values: Symbolic<Values>): Resource {
  const { marketdata, tiers } = values
  const drainS = divideRoundingUp(marketdata.drainWindowMs, 1_000)
  const hasTiers = any(isSet(tiers.content), isSet(tiers.existingConfigMap))
  const tiersMap = when(isSet(tiers.existingConfigMap), tiers.existingConfigMap, tiersName)
  return deployment({
    component,
    group: marketdata,
    image: marketdata.image,
    merge: marketdata.merge.deployment,
    replicas: ownedReplicas(component, marketdata),
    metadata: replicasOrigin(component, marketdata),
    maxSurge: '10%',
    minReadySeconds: drainS,
    terminationGracePeriodSeconds: sum(marketdata.preStopSleepS, drainS, stopMarginS),
    lifecycle: preStopSleep(marketdata.preStopSleepS),
    ports: [{ name: 'grpc', containerPort: grpcPort, protocol: 'TCP' }, adminPort(marketdataAdminPort)],
    variables: marketdataVariables(values),
    mountsToken: false,
    // As a folder: a mount by subPath would never see an edit. No checksum of it either: edits reload, pods stay.
    volumes: [when(hasTiers, { name: 'tiers', configMap: { name: tiersMap } })],
    mounts: [when(hasTiers, { name: 'tiers', mountPath: tiersFolder, readOnly: true }) as Tree],
  })
}

export function marketdataVariables(values: Symbolic<Values>): Variable[] {
  const { marketdata, tiers } = values
  const theirs = text`${tiersFolder}/${tiers.key}`
  return [
    { name: 'MARKETDATA_ROLES', from: { value: 'serve' } },
    { name: 'MARKETDATA_PORT', from: { value: String(grpcPort) } },
    ...sharedVariables(values),
    { name: 'DRAIN_WINDOW_MS', from: { value: decimal(marketdata.drainWindowMs) } },
    { name: 'TIERS_FILE', condition: isSet(tiers.content), from: { value: `${tiersFolder}/${tiersKey}` } },
    { name: 'TIERS_FILE', condition: isSet(tiers.existingConfigMap), from: { value: theirs } },
    { name: 'TIER_RESOURCES', condition: tiers.resources, from: { value: 'true' } },
    ...authVariables(values),
    previousUpstreamTokenVariable(values),
  ]
}

/** Of both roles of the image. */
export function sharedVariables({ publisher }: Symbolic<Values>): Variable[] {
  return [
    { name: 'MARKETDATA_ADMIN_PORT', from: { value: String(marketdataAdminPort) } },
    // The same everywhere, or servers would look for last values in the wrong place.
    { name: 'PUBLISHER_SHARDS', from: { value: decimal(publisher.shards) } },
    { name: 'ENDPOINT_REMOVAL_WAIT_MS', from: { value: '0' } },
  ]
}

function headlessService({ marketdata }: Symbolic<Values>): Resource {
  return {
    id: 'marketdata/headless-service',
    merge: marketdata.merge.headlessService,
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadata(headlessName, component),
      spec: {
        clusterIP: 'None',
        // A pod without Redis must not be in DNS.
        publishNotReadyAddresses: false,
        selector: selector(component),
        ports: [{ name: 'grpc', port: grpcPort, targetPort: 'grpc', protocol: 'TCP' }],
      },
    },
  }
}

/** JSON, which is YAML as well. */
function tiersConfigMap({ tiers }: Symbolic<Values>): Resource {
  return {
    id: 'marketdata/tiers',
    condition: isSet(tiers.content),
    merge: tiers.merge.configMap,
    object: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: metadata(tiersName, component),
      data: { [tiersKey]: asJson(tiers.content) },
    },
  }
}
