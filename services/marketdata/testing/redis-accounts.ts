/** The ACL commands of docs/REDIS.md, as it gives them, so that the document cannot drift from what works. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { parseRedisUrl, type RedisTarget, withCredentials } from '../../shared/redis-target.ts'

export interface AclCommand {
  readonly user: string
  readonly rules: readonly string[]
}

export interface RedisAccount {
  readonly username: string
  readonly password: string
}

const document = readFileSync(join(import.meta.dirname, '../../../docs/REDIS.md'), 'utf8')

export const aclCommands: readonly AclCommand[] = [...document.matchAll(/^ACL SETUSER (\S+) (.+)$/gm)].map(
  ([, user = '', rules = '']) => ({ user, rules: rules.split(' ') }),
)

/** The command that makes the account; those after it add what a Cluster needs. */
export function accountCommand(username: string): AclCommand {
  const found = aclCommands.find(({ user }) => user === username)
  if (!found) throw new Error(`docs/REDIS.md has no account ${username}`)
  return found
}

export function accountOf({ user: username, rules }: AclCommand): RedisAccount {
  const password = rules.find((rule) => rule.startsWith('>'))?.slice(1)
  if (!password) throw new Error(`docs/REDIS.md gives ${username} no password`)
  return { username, password }
}

export async function run(admin: Redis, { user, rules }: AclCommand): Promise<void> {
  await admin.call('ACL', 'SETUSER', user, ...rules)
}

export function targetFor(url: string, { username, password }: RedisAccount): RedisTarget {
  return withCredentials(parseRedisUrl(url), { username, password })
}

/** What Redis refused since the last reset, in its own words. */
export async function refusals(admin: Redis): Promise<string[]> {
  const entries = (await admin.call('ACL', 'LOG', '100')) as unknown[][]
  return entries.map((entry) => entry.slice(0, 10).join(' '))
}
