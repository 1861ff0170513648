/**
 * Of the operator: the tier document in Redis (services/shared/tier-document.ts).
 *
 * In:  the tiers that there should be; names of pods.
 * Out: the revision under which they are there; the revision that each pod has in force.
 * Bound: one document; one key a pod. Rejects while Redis is away: the caller tries again.
 * Closed by: the process, with `stop`.
 *
 * It is written only where nobody has written since it was read, so that an operator which does not know yet that it leads
 * no more cannot take back what its successor wrote.
 */
import type { Clock } from '../shared/clock.ts'
import { connectInBackground, type RedisConnection } from '../shared/redis.ts'
import { RedisScript } from '../shared/redis-script.ts'
import { seenKey, type TierDocument, tierDocument, tiersChannel, tiersKey } from '../shared/tier-document.ts'

/** KEYS: the document. ARGV: what was read, '' for nothing; the new one; the channel; the revision. */
const write = new RedisScript(`
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
redis.call('PUBLISH', ARGV[3], ARGV[4])
return 1
`)

export interface TierStoreOptions {
  readonly redis: RedisConnection
  /** Written into the document: the namespace and its uid, so that the same name in another cluster is another owner. */
  readonly owner: () => Promise<string>
  readonly clock: Clock
}

export interface Put {
  /** 0: there are none, or they are another's. */
  readonly revision: number
  readonly isNew: boolean
  readonly owner: string
}

type Tiers = TierDocument['tiers']

export class TierStore {
  readonly #options: TierStoreOptions

  constructor(options: TierStoreOptions) {
    this.#options = options
  }

  run(): void {
    connectInBackground(this.#options.redis)
  }

  stop(): void {
    this.#options.redis.disconnect()
  }

  /**
   * `compose`: what should be there, of what is. Writes where something else is there, or nothing at all: that there are no
   * tiers is a word too, for which market-data waits. Tiers of another owner, who shares this Redis, are left alone.
   */
  async put(compose: (published: Tiers) => Tiers): Promise<Put> {
    const { redis, clock } = this.#options
    const owner = await this.#options.owner()
    const text = (await redis.get(tiersKey)) ?? ''
    const before = parse(text)
    const isTheirs = before !== undefined && before.owner !== owner
    if (isTheirs && Object.keys(before.tiers).length > 0) return { revision: 0, isNew: false, owner: before.owner }
    const tiers = compose(before?.tiers ?? {})
    if (before && JSON.stringify(before.tiers) === JSON.stringify(tiers)) {
      return { revision: isTheirs ? 0 : before.revision, isNew: false, owner: before.owner }
    }
    const revision = Math.max((before?.revision ?? 0) + 1, clock.wallMs())
    const document = JSON.stringify({ revision, owner, tiers } satisfies TierDocument)
    const written = await write.run(redis, [tiersKey], [text, document, tiersChannel, revision])
    if (written !== 1) throw new Error('somebody else has written the tiers meanwhile')
    return { revision, isNew: true, owner }
  }

  /** In the order of the pods; 0: says nothing. */
  async seenBy(pods: readonly string[]): Promise<number[]> {
    const { redis } = this.#options
    return await Promise.all(pods.map(async (pod) => Number((await redis.get(seenKey(pod))) ?? 0) || 0))
  }
}

/** What is no document counts as none, and is overwritten. */
function parse(text: string): TierDocument | undefined {
  try {
    return tierDocument.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}
