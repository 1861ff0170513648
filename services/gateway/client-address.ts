/**
 * Stage: ws-server → client-address → admission. Which address a connection counts for, where addresses have a limit.
 *
 * In:  TRUSTED_PROXIES; a request's X-Forwarded-For and its socket's address.
 * Out: an IPv4 address, or the /64 prefix of an IPv6 address (a household has a whole /64), each written in one way.
 * Bound: `maxForwarders` entries of a header are read; AddressCounts holds one key an address with connections.
 * Closed by: nothing to close; each `enter` that returned true needs its `leave`.
 *
 * proxy-addr only matches addresses here. Its own walk returns whatever text stands behind the last proxy, skips empty
 * entries and reads the whole header: a client could choose what it counts for.
 */
import type { IncomingMessage } from 'node:http'
import { isIP, SocketAddress } from 'node:net'
import proxyAddr from 'proxy-addr'

export interface AddressedRequest {
  readonly headers: IncomingMessage['headers']
  readonly socket: { readonly remoteAddress?: string | undefined }
}

/** Proxies in a row that are believed; nobody has as many. */
const maxForwarders = 32
const rangeNames = ['loopback', 'linklocal', 'uniquelocal']

export class ClientAddresses {
  /** Undefined: limits per address are off. */
  readonly #isTrusted: ((address: string) => boolean) | undefined

  private constructor(isTrusted: ((address: string) => boolean) | undefined) {
    this.#isTrusted = isTrusted
  }

  /**
   * Comma-separated addresses, CIDRs and names of ranges; `none`: nobody is in front; empty: off.
   * Throws an Error that names the first bad entry.
   */
  static parse(text: string): ClientAddresses {
    if (text.trim() === '') return new ClientAddresses(undefined)
    const entries = text
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '')
    if (entries.length === 1 && entries[0] === 'none') return new ClientAddresses(() => false)
    if (entries.includes('none')) throw new Error('"none" stands alone: it says that no proxy is in front')
    // Several commas and nothing else are a mistake, which must not switch the limits off.
    if (entries.length === 0) throw new Error(`"${text}" names no proxy; "none" says that there is none`)
    entries.forEach(requireRange)
    const matches = proxyAddr.compile(entries)
    return new ClientAddresses((address) => matches(address, 0))
  }

  get isOn(): boolean {
    return this.#isTrusted !== undefined
  }

  /** Undefined when off, and for a socket that is closed already. Never throws. */
  addressOf({ headers, socket }: AddressedRequest): string | undefined {
    // Whoever reads it once has it kept by Node as long as the socket lives.
    if (this.#isTrusted === undefined) return undefined
    const peer = canonicalAddress(socket.remoteAddress ?? '')
    if (peer === undefined) return undefined
    const forwardedFor = headers['x-forwarded-for'] ?? ''
    const header = Array.isArray(forwardedFor) ? forwardedFor.join(',') : forwardedFor
    return limitKey(originOf(peer, header, this.#isTrusted))
  }
}

/** How many connections each address has. */
export class AddressCounts {
  readonly #limit: number
  readonly #counts = new Map<string, number>()

  constructor({ limit }: { readonly limit: number }) {
    this.#limit = limit
  }

  /** Addresses with connections. */
  get size(): number {
    return this.#counts.size
  }

  /** False: the address has all it may have, and nothing was counted. */
  enter(address: string): boolean {
    const count = this.#counts.get(address) ?? 0
    if (count >= this.#limit) return false
    this.#counts.set(address, count + 1)
    return true
  }

  leave(address: string): void {
    const count = this.#counts.get(address) ?? 0
    if (count <= 1) this.#counts.delete(address)
    else this.#counts.set(address, count - 1)
  }
}

/**
 * From the right: each trusted proxy vouches for the entry that it wrote, which is the one before it. An entry that
 * is no address (`unknown`, empty, with a port) says nothing, so that the proxy that wrote it counts: what stands
 * left of it may come from the client.
 */
function originOf(peer: string, header: string, isTrusted: (address: string) => boolean): string {
  let address = peer
  let end = header.length
  for (let read = 0; read < maxForwarders && end >= 0 && isTrusted(address); read++) {
    const comma = header.lastIndexOf(',', end - 1)
    const forwarded = canonicalAddress(header.slice(comma + 1, end).trim())
    if (forwarded === undefined) break
    address = forwarded
    end = comma
  }
  return address
}

/** One spelling for each address, without a zone, IPv4-mapped ones as IPv4; undefined for any other text. */
function canonicalAddress(text: string): string | undefined {
  const version = isIP(text)
  if (version !== 6) return version === 4 ? text : undefined
  const { address } = new SocketAddress({ address: text, family: 'ipv6' })
  return /^::ffff:(\d+\..+)$/.exec(address)?.[1] ?? address
}

/** Takes a canonical address. */
function limitKey(address: string): string {
  if (isIP(address) === 4) return address
  const [head = [], tail = []] = address.split('::').map((part) => part.split(':').filter((group) => group !== ''))
  const zeros = Array<string>(8 - head.length - tail.length).fill('0')
  const prefix = [...head, ...zeros, ...tail].slice(0, 4).join(':')
  return `${canonicalAddress(`${prefix}::`)}/64`
}

/** Stricter than proxy-addr, which reads `10/8` as 0.0.0.10/8 and 010.0.0.1 as 8.0.0.1. */
function requireRange(entry: string): void {
  if (rangeNames.includes(entry)) return
  const [address = ''] = entry.split('/')
  try {
    if (isIP(address) === 0 || address.includes('%')) throw new TypeError('no address')
    proxyAddr.compile(entry)
  } catch (error) {
    const expected = `an IP address, a CIDR such as 10.0.0.0/8, ${rangeNames.join(', ')} or none`
    throw new Error(`"${entry}" is not ${expected}`, { cause: error })
  }
}
