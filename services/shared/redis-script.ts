/** A Lua script on Redis, sent in full only where the server does not know it yet. */
import { createHash } from 'node:crypto'
import type { RedisConnection } from './redis.ts'

export class RedisScript {
  readonly #source: string
  readonly #sha: string

  constructor(source: string) {
    this.#source = source
    this.#sha = createHash('sha1').update(source).digest('hex')
  }

  async run(redis: RedisConnection, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    try {
      return await redis.evalsha(this.#sha, keys.length, ...keys, ...args)
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
      return await redis.eval(this.#source, keys.length, ...keys, ...args)
    }
  }
}
