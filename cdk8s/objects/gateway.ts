/** The gateway: its Deployment and what stands beside it. */
import { type Component, componentName, headlessName, selector } from '../names.ts'
import type { Resource } from '../resource.ts'
import {
  decimal,
  divideRoundingUp,
  equals,
  isNull,
  isSet,
  joined,
  not,
  optional,
  type Symbolic,
  sum,
  text,
  when,
} from '../symbolic.ts'
import type { Values } from '../values.ts'
import { ownedReplicas, replicasOrigin } from './autoscaling.ts'
import { askedAdminToken, authVariables, type Variable } from './environment.ts'
import { grpcPort } from './marketdata.ts'
import { metadata, preStopSleep, stopMarginS } from './pod.ts'
import { adminPort, deployment, podDisruptionBudget, serviceAccount } from './workload.ts'

export const gatewayPort = 8_080
export const gatewayAdminPort = 9_090
const component: Component = 'gateway'

export function gatewayObjects(values: Symbolic<Values>): Resource[] {
  const { gateway } = values
  const companion = { component, group: gateway } as const
  return [
    gatewayDeployment(values),
    gatewayService(values),
    serviceAccount({ ...companion, condition: gateway.serviceAccount.create, merge: gateway.merge.serviceAccount }),
    podDisruptionBudget({ ...companion, condition: gateway.pdb.enabled, merge: gateway.merge.podDisruptionBudget }),
  ]
}

function gatewayDeployment(values: Symbolic<Values>): Resource {
  const { gateway } = values
  const drainS = divideRoundingUp(gateway.drainWindowMs, 1_000)
  return deployment({
    component,
    group: gateway,
    image: gateway.image,
    merge: gateway.merge.deployment,
    replicas: ownedReplicas(component, gateway),
    metadata: replicasOrigin(component, gateway),
    maxSurge: '10%',
    minReadySeconds: drainS,
    terminationGracePeriodSeconds: sum(gateway.preStopSleepS, drainS, stopMarginS),
    lifecycle: preStopSleep(gateway.preStopSleepS),
    ports: [{ name: 'http', containerPort: gatewayPort, protocol: 'TCP' }, adminPort(gatewayAdminPort)],
    variables: gatewayVariables(values),
    mountsToken: false,
  })
}

export function gatewayVariables(values: Symbolic<Values>): Variable[] {
  const { gateway } = values
  const { allowedOrigins, trustedProxies } = gateway
  return [
    { name: 'GATEWAY_PORT', from: { value: String(gatewayPort) } },
    { name: 'GATEWAY_ADMIN_PORT', from: { value: String(gatewayAdminPort) } },
    // Every address of the headless Service: each gateway spreads its streams over all pods itself.
    { name: 'MARKETDATA_ADDRESSES', from: { value: text`dns:///${headlessName}:${String(grpcPort)}` } },
    { name: 'DRAIN_WINDOW_MS', from: { value: decimal(gateway.drainWindowMs) } },
    { name: 'ENDPOINT_REMOVAL_WAIT_MS', from: { value: '0' } },
    { name: 'MAX_SESSION_AGE_MS', from: { value: decimal(gateway.maxSessionAgeMs) } },
    { name: 'ALLOWED_ORIGINS', condition: isSet(allowedOrigins), from: { value: joined(allowedOrigins, ',') } },
    { name: 'TRUSTED_PROXIES', condition: isSet(trustedProxies), from: { value: joined(trustedProxies, ',') } },
    ...authVariables(values),
    askedAdminToken(values),
  ]
}

function gatewayService({ gateway }: Symbolic<Values>): Resource {
  const { service } = gateway
  const nodePort = when(not(isNull(service.nodePort)), service.nodePort)
  return {
    id: 'gateway/service',
    merge: gateway.merge.service,
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadata(componentName(component), component, { annotations: optional(service.annotations) }),
      spec: {
        type: service.type,
        selector: selector(component),
        ports: [
          {
            name: 'http',
            port: service.port,
            targetPort: 'http',
            protocol: 'TCP',
            appProtocol: 'http',
            nodePort: when(not(equals(service.type, 'ClusterIP')), nodePort),
          },
        ],
      },
    },
  }
}
