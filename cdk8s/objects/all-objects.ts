/** Every object of the platform, in the order in which the plain manifests have them. */
import type { Resource } from '../resource.ts'
import { values } from '../symbolic.ts'
import { autoscalingObjects } from './autoscaling.ts'
import { entryObjects } from './entry.ts'
import { gatewayObjects } from './gateway.ts'
import { marketdataObjects } from './marketdata.ts'
import { monitoringObjects } from './monitoring.ts'
import { networkPolicies } from './network-policies.ts'
import { operatorObjects } from './operator.ts'
import { publisherObjects } from './publisher.ts'
import { redisObjects } from './redis.ts'

export const allObjects: readonly Resource[] = [
  networkPolicies,
  redisObjects,
  publisherObjects,
  marketdataObjects,
  gatewayObjects,
  operatorObjects,
  autoscalingObjects,
  entryObjects,
  monitoringObjects,
].flatMap((build) => build(values))
