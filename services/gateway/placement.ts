/**
 * Which address owns which symbol: rendezvous hashing with bounded load. Pure; upstream.ts acts on it.
 *
 * A symbol goes to its best-ranked address that is below the limit: at most 10 % above even, and so little that no address
 * can end up over 20 % below it. Every gateway ranks alike, so most agree on the owner without talking, and a lost address
 * moves only its own symbols. Plain rendezvous hashing misses "within 20 % of even" in most runs with 50 symbols on 4
 * addresses; a limit of ceil(1.1 × even) missed it downwards in a third (three at the limit leave 8 of 50 for the fourth).
 */
import { createHash } from 'node:crypto'

/** Above even by this much at most, and less where many addresses at their limit would leave the last one short. */
const mostAboveEven = 0.1
const mostBelowEven = 0.2

export interface Move {
  readonly symbol: string
  readonly from: string
  readonly to: string
}

export class Placement {
  #addresses: readonly string[] = []
  readonly #ranks = new Map<string, Map<string, bigint>>()
  readonly #owners = new Map<string, string | undefined>()
  readonly #loads = new Map<string, number>()

  ownerOf(symbol: string): string | undefined {
    return this.#owners.get(symbol)
  }

  loadOf(address: string): number {
    return this.#loads.get(address) ?? 0
  }

  /**
   * `leaving` addresses keep the symbols they have and get no more. Symbols of an address that is in neither list have
   * no owner until placed again.
   */
  setAddresses(addresses: readonly string[], leaving: readonly string[] = []): void {
    this.#addresses = [...addresses]
    const kept = new Set([...addresses, ...leaving])
    for (const [symbol, owner] of this.#owners) {
      if (owner !== undefined && !kept.has(owner)) this.#owners.set(symbol, undefined)
    }
    for (const address of this.#loads.keys()) if (!kept.has(address)) this.#loads.delete(address)
  }

  /** The owner of a symbol that has none yet; undefined while there is no address. */
  place(symbol: string): string | undefined {
    const current = this.#owners.get(symbol)
    if (current !== undefined) return current
    this.#owners.set(symbol, undefined)
    const limit = this.#loadLimit()
    const owner = this.#ranked(symbol).find((address) => this.loadOf(address) < limit)
    if (owner !== undefined) this.#assign(symbol, owner)
    return owner
  }

  remove(symbol: string): void {
    const owner = this.#owners.get(symbol)
    if (owner !== undefined) this.#loads.set(owner, this.loadOf(owner) - 1)
    this.#owners.delete(symbol)
    this.#ranks.delete(symbol)
  }

  /** Makes `address` the owner, when a planned move has happened. */
  move(symbol: string, address: string): void {
    const owner = this.#owners.get(symbol)
    if (owner !== undefined) this.#loads.set(owner, this.loadOf(owner) - 1)
    this.#assign(symbol, address)
  }

  /**
   * The moves towards the placement that would come about if every symbol were placed now, in the order of
   * their names. Nothing is changed.
   */
  plan(): Move[] {
    const ideal = new Placement()
    ideal.setAddresses(this.#addresses)
    const moves: Move[] = []
    for (const symbol of this.#owners.keys()) ideal.#owners.set(symbol, undefined)
    for (const symbol of [...this.#owners.keys()].sort()) {
      ideal.#ranks.set(symbol, this.#ranksOf(symbol))
      const to = ideal.place(symbol)
      const from = this.#owners.get(symbol)
      if (from !== undefined && to !== undefined && from !== to) moves.push({ symbol, from, to })
    }
    return moves
  }

  #loadLimit(): number {
    const addresses = this.#addresses.length
    const even = this.#owners.size / addresses
    const above = addresses > 1 ? Math.min(mostAboveEven, mostBelowEven / (addresses - 1)) : 0
    return Math.max(Math.ceil(even), Math.floor(even * (1 + above)))
  }

  #assign(symbol: string, owner: string): void {
    this.#owners.set(symbol, owner)
    this.#loads.set(owner, this.loadOf(owner) + 1)
  }

  #ranked(symbol: string): string[] {
    const ranks = this.#ranksOf(symbol)
    const rank = (address: string) => ranks.get(address) ?? 0n
    return [...this.#addresses].sort((a, b) => (rank(a) < rank(b) ? 1 : -1))
  }

  /** Kept a symbol and address: hashing is the dear part of a plan. */
  #ranksOf(symbol: string): Map<string, bigint> {
    let ranks = this.#ranks.get(symbol)
    if (ranks === undefined) {
      ranks = new Map()
      this.#ranks.set(symbol, ranks)
    }
    for (const address of this.#addresses) {
      if (!ranks.has(address)) ranks.set(address, hash(`${address} ${symbol}`))
    }
    for (const address of ranks.keys()) if (!this.#addresses.includes(address)) ranks.delete(address)
    return ranks
  }
}

function hash(text: string): bigint {
  return createHash('sha1').update(text).digest().readBigUInt64BE()
}
