/**
 * A DNS server for one name, as cluster DNS answers for a headless Service: an A record for each address, no AAAA, and
 * NXDOMAIN for every other name.
 *
 * In:  UDP queries on port 53 of a loopback address of its own, since resolv.conf cannot name a port.
 * Out: the records in an order that turns with every answer, or the fault that the test asked for.
 * Bound: none needed; a query is answered at once and nothing of it is kept.
 * Closed by: the test.
 */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { AUTHORITATIVE_ANSWER, decode, encode, type Packet } from 'dns-packet'

/** How a DNS fails; `empty` is a name without records, `silent` no answer at all. */
export type DnsFault = 'SERVFAIL' | 'NXDOMAIN' | 'empty' | 'silent'

const rcodes = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3 }
const askedWaitMs = 15_000

export class DnsServer implements AsyncDisposable {
  readonly name: string
  /** Where it listens, for resolv.conf. */
  readonly host: string
  readonly #socket: Socket
  readonly #watchers = new Set<() => void>()
  #addresses: readonly string[] = []
  #fault: DnsFault | undefined
  #turn = 0

  private constructor(name: string, host: string, socket: Socket) {
    this.name = name
    this.host = host
    this.#socket = socket
    socket.on('message', (query, { address, port }) => this.#onQuery(query, address, port))
  }

  /** Takes the first loopback address whose port 53 is free, so that several may run on one machine. */
  static async start(name: string): Promise<DnsServer> {
    for (let last = 1; last < 255; last++) {
      const host = `127.0.53.${last}`
      const socket = await bind(host)
      if (socket) return new DnsServer(name, host, socket)
    }
    throw new Error('port 53 is taken on every address from 127.0.53.1 to 127.0.53.254')
  }

  /** What the name stands for from now on. */
  answer(addresses: readonly string[]): void {
    this.#addresses = addresses
    this.#fault = undefined
  }

  fail(fault: DnsFault): void {
    this.#fault = fault
  }

  /** Resolves when the name's addresses have been asked for `times` more times. */
  async asked(times: number): Promise<void> {
    let left = times
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => done(() => reject(new Error(`nobody asked for ${this.name}`))), askedWaitMs)
      const count = () => {
        if (--left === 0) done(resolve)
      }
      const done = (settle: () => void) => {
        clearTimeout(timer)
        this.#watchers.delete(count)
        settle()
      }
      this.#watchers.add(count)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close()
    await once(this.#socket, 'close')
  }

  #onQuery(query: Buffer, address: string, port: number): void {
    const { id, questions } = decode(query)
    const [question] = questions ?? []
    if (!question) return
    const isKnown = question.name.toLowerCase() === this.name
    const isForAddresses = isKnown && question.type === 'A'
    if (!isKnown || this.#fault !== 'silent') {
      const rcode = isKnown ? this.#rcode() : rcodes.NXDOMAIN
      const answers = isForAddresses && this.#fault === undefined ? this.#records() : []
      const flags = AUTHORITATIVE_ANSWER | rcode
      const response: Packet = { type: 'response', id: id ?? 0, flags, questions: [question], answers }
      this.#socket.send(encode(response), port, address)
    }
    if (isForAddresses) for (const count of [...this.#watchers]) count()
  }

  #rcode(): number {
    return this.#fault === 'SERVFAIL' || this.#fault === 'NXDOMAIN' ? rcodes[this.#fault] : rcodes.NOERROR
  }

  #records(): NonNullable<Packet['answers']> {
    const first = this.#turn++ % Math.max(1, this.#addresses.length)
    const turned = [...this.#addresses.slice(first), ...this.#addresses.slice(0, first)]
    return turned.map((data) => ({ type: 'A', name: this.name, ttl: 5, data }))
  }
}

/** Undefined when the address is taken. */
async function bind(host: string): Promise<Socket | undefined> {
  const socket = createSocket('udp4')
  return await new Promise((resolve, reject) => {
    socket.once('error', (error: NodeJS.ErrnoException) => {
      socket.close()
      if (error.code === 'EADDRINUSE') resolve(undefined)
      else reject(error)
    })
    socket.bind(53, host, () => resolve(socket))
  })
}
