/**
 * Which market-data addresses exist: fixed ones, and `dns:///name:port` names that are resolved every second.
 *
 * Out: `onAddresses`, with every address of every target, whenever the set changes; never an empty list (a DNS that
 * answers nothing is broken more often than a service that has no pods).
 * Bound: one look-up a name at a time.
 *
 * grpc-js resolves a name again only when a connection breaks, so a new pod would stay unused.
 */
import { lookup } from 'node:dns/promises'
import type { Clock } from '../shared/clock.ts'
import type { Logger } from '../shared/logger.ts'

export interface AddressSourceOptions {
  /** `host:port`, or `dns:///host:port`. */
  readonly targets: readonly string[]
  readonly clock: Clock
  readonly logger: Logger
  readonly onAddresses: (addresses: readonly string[]) => void
  /** All addresses of a host name; the system's resolver unless a test gives another. */
  readonly resolve?: (host: string) => Promise<readonly string[]>
}

const pollMs = 1_000

export class AddressSource {
  readonly #options: AddressSourceOptions
  readonly #found = new Map<string, readonly string[]>()
  #announced = ''
  #cancel: (() => void) | undefined
  #stopped = false

  constructor(options: AddressSourceOptions) {
    this.#options = options
  }

  run(): void {
    const { targets } = this.#options
    for (const target of targets.filter((name) => !isName(name))) this.#found.set(target, [target])
    this.#announce()
    if (targets.some(isName)) void this.#poll()
  }

  stop(): void {
    this.#stopped = true
    this.#cancel?.()
  }

  async #poll(): Promise<void> {
    await Promise.all(this.#options.targets.filter(isName).map((target) => this.#resolve(target)))
    if (this.#stopped) return
    this.#announce()
    this.#cancel = this.#options.clock.after(pollMs, () => void this.#poll())
  }

  async #resolve(target: string): Promise<void> {
    const [host, port] = splitTarget(target)
    try {
      const addresses = await (this.#options.resolve ?? lookUp)(host)
      if (addresses.length > 0)
        this.#found.set(
          target,
          addresses.map((address) => joinHostPort(address, port)),
        )
    } catch (error) {
      this.#options.logger.debug({ err: error, target }, 'name not resolved; the last answer stays')
    }
  }

  #announce(): void {
    const addresses = [...new Set([...this.#found.values()].flat())].sort()
    const key = addresses.join(' ')
    if (addresses.length === 0 || key === this.#announced) return
    this.#announced = key
    this.#options.logger.info({ addresses }, 'market-data addresses')
    this.#options.onAddresses(addresses)
  }
}

function isName(target: string): boolean {
  return target.startsWith('dns:///')
}

function splitTarget(target: string): [host: string, port: string] {
  const hostPort = target.slice('dns:///'.length)
  const colon = hostPort.lastIndexOf(':')
  return [hostPort.slice(0, colon).replace(/^\[|\]$/g, ''), hostPort.slice(colon + 1)]
}

function joinHostPort(address: string, port: string): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

async function lookUp(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address)
}
