/**
 * Numbers that look random and are the same in every run: mulberry32 (Tommy Ettinger, public domain).
 *
 * `Math.random` cannot be seeded. One word of state and a period of 2^32 are plenty for a simulation; this is
 * no generator for secrets.
 */

/** Each call of the returned function gives the next number in [0, 1). Only the low 32 bits of `seed` count. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Gives every name a stream of its own, so that adding a name changes no other's numbers (FNV-1a). */
export function seedFor(seed: number, name: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  return seed ^ hash
}
