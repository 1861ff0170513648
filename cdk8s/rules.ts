/**
 * Values that cannot go together, which a JSON schema could refuse only with an unreadable message.
 *
 * Out: one rule each; the chart's values-rules.yaml fails with its message, and so does the synth of plain manifests.
 */
import type { Choice } from './expression.ts'
import { objectLabelNames, podLabelNames } from './names.ts'
import { leavingS, longestLeavingS } from './objects/entry.ts'
import { ownedNames, type Variable } from './objects/environment.ts'
import { gatewayVariables } from './objects/gateway.ts'
import { marketdataVariables } from './objects/marketdata.ts'
import { monitoringLabelNames } from './objects/monitoring.ts'
import { operatorVariables } from './objects/operator.ts'
import { publisherVariables } from './objects/publisher.ts'
import { type RedisUser, redisUsers } from './redis-ports.ts'
import {
  all,
  any,
  equals,
  exceeds,
  hasKey,
  isSet,
  isText,
  matches,
  not,
  type Symbolic,
  startsWith,
  values,
} from './symbolic.ts'

export interface Rule {
  readonly wrong: Choice
  readonly message: string
}

const { auth, gateway, redis, tiers } = values
const isBundled = equals(redis.mode, 'bundled')
/** Of a Redis URL (services/shared/redis-target.ts); the second form is one whose / was not percent-encoded. */
const password = '://[^@/]*:[^@/]+@|://[^@?]*:[^@?]+@|[?&]sentinelPassword=[^&]'

export const rules: readonly Rule[] = [
  {
    wrong: all(isBundled, any(isSet(redis.url), isSet(redis.urlSecret.name))),
    message:
      'redis.url and redis.urlSecret are for another Redis, but redis.mode is bundled: set it to external, sentinel or cluster',
  },
  {
    wrong: all(not(isBundled), not(any(isSet(redis.url), isSet(redis.urlSecret.name)))),
    message: 'redis.url or redis.urlSecret.name is required unless redis.mode is bundled',
  },
  {
    wrong: all(isSet(redis.url), isSet(redis.urlSecret.name)),
    message: 'redis.url and redis.urlSecret.name are both set: keep one',
  },
  {
    wrong: urlMisfits('external', 'redis://', 'rediss://'),
    message: 'redis.url must begin with redis:// or rediss:// for redis.mode external',
  },
  {
    wrong: urlMisfits('sentinel', 'redis+sentinel://', 'rediss+sentinel://'),
    message: 'redis.url must begin with redis+sentinel:// or rediss+sentinel:// for redis.mode sentinel',
  },
  {
    wrong: urlMisfits('cluster', 'redis+cluster://', 'rediss+cluster://'),
    message: 'redis.url must begin with redis+cluster:// or rediss+cluster:// for redis.mode cluster',
  },
  {
    wrong: matches(redis.url, password),
    message:
      'redis.url has a password, and Deployments would show it: put it into a Secret, named by redis.existingSecret, under the key redis.passwordKey (REDIS_PASSWORD), or the whole URL into the one of redis.urlSecret',
  },
  ...redisUsers.map(urlOfEnv),
  {
    wrong: not(any(isSet(auth.hs256), isSet(auth.jwksUrl), isSet(auth.publicKey))),
    message: 'auth.hs256 is false: set auth.jwksUrl or auth.publicKey, or nobody can come in',
  },
  {
    wrong: all(isSet(tiers.content), isSet(tiers.existingConfigMap)),
    message: 'tiers.content and tiers.existingConfigMap are both set: keep one',
  },
  {
    wrong: all(isSet(gateway.httpRoute.enabled), not(isSet(gateway.httpRoute.parentRefs))),
    message: 'gateway.httpRoute.parentRefs is required with gateway.httpRoute.enabled',
  },
  {
    wrong: all(isSet(gateway.aws.enabled), not(isSet(gateway.ingress.enabled))),
    message: 'gateway.aws.enabled sets annotations of the Ingress: set gateway.ingress.enabled',
  },
  leavesTooLate('gke', 'the connection draining of GKE'),
  leavesTooLate('aws', 'the deregistration delay of an ALB'),
  ...ownedBy('gateway', gatewayVariables(values)),
  ...ownedBy('marketdata', marketdataVariables(values)),
  ...ownedBy('publisher', publisherVariables(values)),
  ...ownedBy('operator', operatorVariables(values)),
  ...ownedLabels('commonLabels', values.commonLabels, [...objectLabelNames, ...monitoringLabelNames]),
  ...ownedLabels('monitoring.labels', values.monitoring.labels, [...objectLabelNames, ...monitoringLabelNames]),
  ...redisUsers.flatMap((component) =>
    ownedLabels(`${component}.podLabels`, values[component].podLabels, podLabelNames),
  ),
]

function urlOfEnv(component: RedisUser): Rule {
  const { REDIS_URL } = values[component].env as unknown as Symbolic<{ readonly REDIS_URL: string }>
  return {
    wrong: all(isText(REDIS_URL), matches(REDIS_URL, password)),
    message: `${component}.env.REDIS_URL has a password, and the Deployment would show it: put it into a Secret, and name that in ${component}.env.REDIS_PASSWORD.valueFrom.secretKeyRef`,
  }
}

/** The cloud would refuse the object long after the installation, or cut connections before their drain. */
function leavesTooLate(cloud: 'gke' | 'aws', limit: string): Rule {
  return {
    wrong: all(gateway[cloud].enabled, exceeds(leavingS(gateway), longestLeavingS)),
    message: `gateway.preStopSleepS and gateway.drainWindowMs make more than ${longestLeavingS} s together, the most that ${limit} takes (gateway.${cloud}.enabled)`,
  }
}

/** A variable that the chart sets must not come a second time. */
function ownedBy(component: RedisUser, variables: readonly Variable[]): Rule[] {
  return ownedNames(variables).map((name) => ({
    wrong: hasKey(values[component].env, name),
    message: `${component}.env.${name}: the chart sets this variable; README.md has the value for it`,
  }))
}

/** One that is silently left out, or breaks a selector, would be found out late. */
function ownedLabels(path: string, labels: Parameters<typeof hasKey>[0], names: readonly string[]): Rule[] {
  return names.map((name) => ({ wrong: hasKey(labels, name), message: `${path}.${name}: the chart sets this label` }))
}

function urlMisfits(mode: 'external' | 'sentinel' | 'cluster', plain: string, tls: string): Choice {
  const fits = any(startsWith(redis.url, plain), startsWith(redis.url, tls))
  return all(equals(redis.mode, mode), isSet(redis.url), not(fits))
}
