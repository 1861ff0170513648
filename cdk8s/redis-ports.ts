/**
 * The TCP ports at which a component reaches a Redis that is not bundled: those of networkPolicy.redisPorts, and those that
 * the URLs name, its own in `env` included. A URL from a Secret cannot be read here.
 */
import type { Context } from './context.ts'
import type { Expression } from './expression.ts'
import { listOf, namedTemplate } from './symbolic.ts'

export const redisUsers = ['gateway', 'marketdata', 'publisher', 'operator'] as const
export type RedisUser = (typeof redisUsers)[number]

export function redisPorts(component: RedisUser): Expression<readonly number[]> {
  return listOf(namedTemplate<string>('quotewire.redisPorts', portsOf, component))
}

function portsOf({ values }: Context, component: string): string {
  const urls = [values.redis.url, values[component as RedisUser].env.REDIS_URL]
  const named = urls.filter((url) => typeof url === 'string' && url !== '').flatMap((url) => portsOfUrl(url as string))
  return JSON.stringify([...new Set([...values.networkPolicy.redisPorts, ...named])])
}

/** services/shared/redis-target.ts has the forms. */
function portsOfUrl(url: string): number[] {
  const usual = url.includes('+sentinel:') ? 26_379 : 6_379
  const hosts = url.replace(/^[^/]*\/\/([^@/]*@)?/, '').replace(/[/?].*$/, '')
  return hosts.split(',').map((host) => Number(/:([0-9]{1,5})$/.exec(host)?.[1] ?? usual))
}
