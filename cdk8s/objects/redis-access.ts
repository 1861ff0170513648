/** How every process reaches Redis, whichever of the four modes it is. */
import type { Expression, Tree } from '../expression.ts'
import { componentName, secretName } from '../names.ts'
import { all, any, equals, isSet, not, type Symbolic, text, when } from '../symbolic.ts'
import type { Values } from '../values.ts'
import { fromSecret, type Variable } from './environment.ts'

export const redisPort = 6_379
const tlsFolder = '/etc/quotewire/redis-tls'

/** The bundled one takes the password of the common Secret. */
export function redisPasswordSecret({ redis }: Symbolic<Values>): Expression<string> {
  return when(isSet(redis.existingSecret), redis.existingSecret, secretName)
}

/** Overridable, for an account or a server of its own for each role. */
export function redisVariables(values: Symbolic<Values>): Variable[] {
  return redisSettings(values).map((variable) => ({ ...variable, overridable: true }))
}

function redisSettings(values: Symbolic<Values>): Variable[] {
  const { redis } = values
  const isBundled = equals(redis.mode, 'bundled')
  const hasTls = isSet(redis.tls.secret)
  const hasCertificate = all(hasTls, redis.tls.clientCertificate)
  const password = fromSecret(redisPasswordSecret(values), redis.passwordKey)
  const url = when(isBundled, text`redis://${componentName('redis')}:${String(redisPort)}`, redis.url)
  return [
    { name: 'REDIS_URL', condition: not(isSet(redis.urlSecret.name)), from: { value: url } },
    {
      name: 'REDIS_URL',
      condition: isSet(redis.urlSecret.name),
      from: fromSecret(redis.urlSecret.name, redis.urlSecret.key),
    },
    { name: 'REDIS_USERNAME', condition: isSet(redis.username), from: { value: redis.username } },
    { name: 'REDIS_PASSWORD', condition: any(isBundled, isSet(redis.existingSecret)), from: password },
    { name: 'REDIS_TLS_CA_FILE', condition: hasTls, from: { value: text`${tlsFolder}/${redis.tls.caKey}` } },
    { name: 'REDIS_TLS_CERT_FILE', condition: hasCertificate, from: { value: `${tlsFolder}/tls.crt` } },
    { name: 'REDIS_TLS_KEY_FILE', condition: hasCertificate, from: { value: `${tlsFolder}/tls.key` } },
    {
      name: 'REDIS_TLS_SERVER_NAME',
      condition: isSet(redis.tls.serverName),
      from: { value: redis.tls.serverName },
    },
  ]
}

export function redisVolumes({ redis }: Symbolic<Values>): Tree[] {
  return [when(isSet(redis.tls.secret), { name: 'redis-tls', secret: { secretName: redis.tls.secret } })]
}

export function redisMounts({ redis }: Symbolic<Values>): Tree[] {
  return [when(isSet(redis.tls.secret), { name: 'redis-tls', mountPath: tlsFolder, readOnly: true })]
}
