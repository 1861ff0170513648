/**
 * Beside redis.ts: which of several equal nodes (of a Cluster, or Sentinels) a connection goes to next.
 *
 * In:  the nodes of the configuration, and those a node told of.
 * Out: the node tried longest ago, so that a loss always leads elsewhere; among untried ones a random one, so that many
 * clients spread.
 * Bound: the configured nodes and those of the last answer; nothing else is remembered.
 */
import type { HostPort } from './redis-target.ts'

export class NodeRing {
  readonly #seeds: readonly HostPort[]
  readonly #random: () => number
  #known = new Map<string, HostPort>()
  #lastTried = new Map<string, number>()
  #tries = 0

  constructor({ seeds, random }: { readonly seeds: readonly HostPort[]; readonly random: () => number }) {
    if (seeds.length === 0) throw new Error('no nodes')
    this.#seeds = seeds
    this.#random = random
    this.learn([])
  }

  /** The nodes there are now; the configured ones stay, for a Cluster whose addresses have all changed. */
  learn(nodes: readonly HostPort[]): void {
    this.#known = new Map([...this.#seeds, ...nodes].map((node) => [nodeName(node), node]))
    this.#lastTried = new Map([...this.#lastTried].filter(([name]) => this.#known.has(name)))
  }

  next(): HostPort {
    const triedAt = (name: string) => this.#lastTried.get(name) ?? 0
    const oldest = Math.min(...[...this.#known.keys()].map(triedAt))
    const candidates = [...this.#known].filter(([name]) => triedAt(name) === oldest)
    const [name, node] = candidates[Math.floor(this.#random() * candidates.length)] ?? candidates[0] ?? []
    if (name === undefined || node === undefined) throw new Error('no nodes')
    this.#lastTried.set(name, ++this.#tries)
    return node
  }
}

/** The nodes in an answer to CLUSTER SLOTS. */
export function nodesOfSlots(slots: unknown): HostPort[] {
  const found = new Map<string, HostPort>()
  for (const range of Array.isArray(slots) ? slots : []) {
    for (const entry of Array.isArray(range) ? range.slice(2) : []) {
      const [host, port] = Array.isArray(entry) ? entry : []
      // A node that does not know its own address says null or '' or '?'.
      if (typeof host !== 'string' || host === '' || host === '?' || !isPort(port)) continue
      found.set(nodeName({ host, port }), { host, port })
    }
  }
  return [...found.values()]
}

function nodeName({ host, port }: HostPort): string {
  return `${host}:${port}`
}

function isPort(port: unknown): port is number {
  return typeof port === 'number' && port > 0 && port < 65_536
}
