/**
 * Which publisher lease a symbol belongs to, and the Redis keys of each. Publishers and servers have to agree on the
 * number of shards; with one, everything is under `{publisher}`.
 */
export interface ShardKeys {
  readonly lease: string
  readonly epoch: string
  /** The number of the tenure's batch that was published last. */
  readonly batch: string
  readonly last: string
}

/** Who publishes, so that they can share the shards; the same for every number of shards. */
export const presenceKey = 'quotewire:{publisher}:present'

/** FNV-1a, modulo the number of shards. */
export function shardOf(symbol: string, shards: number): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < symbol.length; i++) {
    hash ^= symbol.charCodeAt(i)
    hash = Math.imul(hash, 0x01000193)
  }
  return (hash >>> 0) % shards
}

/** One hash tag a shard, so that a Cluster keeps its four keys on one node and a script may use them together. */
export function shardKeys(shard: number, shards: number): ShardKeys {
  const tag = shards === 1 ? '{publisher}' : `{publisher:${shard}}`
  const key = (name: keyof ShardKeys) => `quotewire:${tag}:${name}`
  return { lease: key('lease'), epoch: key('epoch'), batch: key('batch'), last: key('last') }
}
