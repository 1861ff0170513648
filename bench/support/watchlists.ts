/** Who watches what at the standard point: 1,000 clients, each 20 of 500 symbols, chosen at random, the same in every run. */

export interface WatchlistOptions {
  readonly clients: number
  readonly symbols: readonly string[]
  readonly perClient: number
}

const seed = 20_261_124

export const standard = { clients: 1_000, symbols: 500, perClient: 20 } as const

/** `S000` and so on: four characters, so that all frames are of one length. */
export function symbolNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `S${String(i).padStart(3, '0')}`)
}

/** One list a client; no symbol twice in it. */
export function watchlists({ clients, symbols, perClient }: WatchlistOptions): string[][] {
  if (perClient > symbols.length) throw new Error(`a client cannot watch ${perClient} of ${symbols.length} symbols`)
  const random = randomFrom(seed)
  return Array.from({ length: clients }, () => {
    const chosen = new Set<string>()
    while (chosen.size < perClient) chosen.add(symbols[Math.floor(random() * symbols.length)] ?? '')
    return [...chosen]
  })
}

/** Batches of `perBatch` quotes that go round the symbols in a random order, until they come to the beginning again. */
export function quoteCycle(symbols: readonly string[], perBatch: number): string[][] {
  const random = randomFrom(seed + perBatch)
  const order = symbols
    .map((symbol) => ({ symbol, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ symbol }) => symbol)
  const cycle: string[][] = []
  let next = 0
  do {
    cycle.push(Array.from({ length: perBatch }, (_, i) => order[(next + i) % order.length] ?? ''))
    next = (next + perBatch) % order.length
  } while (next !== 0)
  return cycle
}

/** For each batch how many quotes each client gets of it: [client, quotes] for those that get any. */
export function quotesByClient(cycle: readonly (readonly string[])[], lists: readonly (readonly string[])[]) {
  const watchers = new Map<string, number[]>()
  for (const [client, list] of lists.entries()) {
    for (const symbol of list) watchers.set(symbol, [...(watchers.get(symbol) ?? []), client])
  }
  return cycle.map((batch) => {
    const quotes = new Map<number, number>()
    for (const symbol of batch) {
      for (const client of watchers.get(symbol) ?? []) quotes.set(client, (quotes.get(client) ?? 0) + 1)
    }
    return [...quotes]
  })
}

export function subscribeMessage(symbols: readonly string[]): string {
  return JSON.stringify({ type: 'subscribe', symbols, id: 1 })
}

/** In [0, 1), the same sequence for the same seed (mulberry32). */
function randomFrom(start: number): () => number {
  let state = start | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
