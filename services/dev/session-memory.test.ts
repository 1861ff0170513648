/**
 * What a session keeps in memory at most, whatever its client does: the bounds of docs/OPERATIONS.md, “Memory of a
 * session”. Each client here does its worst over a real socket, and a gateway of its own process says what it keeps.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MeasuredGateway, type Memory } from './testing/measured-gateway.ts'
import { tokenOf } from './testing/platform.ts'
import { frame, RawClient } from './testing/raw-client.ts'

const kib = 1_024
/** Of each session. The gateway lets them send so fast that a fragment can hold a whole read. */
const most = {
  outbox: 1_024 * kib,
  /** MAX_MESSAGE_BYTES, and the read that brought its last part. */
  message: (256 + 64) * kib,
  fragments: 64 * 64 * kib,
  pieces: 1_024 * 0.25 * kib,
  requests: 1_024 * kib,
  symbols: 500 * 4 * kib,
}
const clients = 8
const messageBytes = 262_144

let gateway: MeasuredGateway
beforeAll(async () => {
  gateway = await MeasuredGateway.start({ MAX_MESSAGES_PER_SECOND: '50000', MAX_NEW_SYMBOLS_PER_SECOND: '100000' })
})
afterAll(() => gateway[Symbol.asyncDispose]())

test('a message that never becomes whole; a longer one is refused', async () => {
  await using crowd = await Crowd.open()
  const almost = 'x'.repeat(messageBytes - 1)
  for (const { client } of crowd.all) client.write(frame('text', almost, { payloadBytes: messageBytes }))
  await crowd.keeps({ least: messageBytes - kib, most: most.message })
  // Its last byte, and the header of the next.
  const next = Buffer.concat([Buffer.from('x'), frame('text', '', { payloadBytes: messageBytes + 1 })])
  for (const { client } of crowd.all) client.write(next)
  await crowd.isClosed()
})

test('a message whose fragments each hold the read that brought them; one more is refused', async () => {
  await using crowd = await Crowd.open()
  for (const { client } of crowd.all) client.write(pinningFragments())
  await crowd.keeps({ least: most.fragments / 2, most: most.message + most.fragments })
  for (const { client } of crowd.all) client.write(frame('continuation', 'x', { isOpen: true }))
  await crowd.isClosed()
})

test('a message that comes in pieces of one byte, until there are too many', async () => {
  await using crowd = await Crowd.open()
  for (const { client } of crowd.all) client.write(frame('text', '', { payloadBytes: messageBytes }))
  const writePieces = async (count: number) => {
    for (let i = 0; i < count; i++) {
      for (const { client } of crowd.all) client.write(Buffer.from('x'))
      await crowd.isRead()
    }
  }
  await writePieces(1_000)
  await crowd.keeps({ least: most.pieces / 4, most: most.pieces })
  await writePieces(100)
  await crowd.isClosed()
})

test('requests that wait, with whatever their messages carry, until they are refused as busy', async () => {
  await using crowd = await Crowd.open()
  for (const { client, name } of crowd.all) fillRequests(client, name)
  for (const { client } of crowd.all) await client.hears('"code":"busy"')
  await crowd.keeps({ least: 250 * kib, most: most.requests })
})

test('symbols that nobody else holds, each at a rate of its own', async () => {
  await using crowd = await Crowd.open()
  for (const { client, name } of crowd.all) await holdSymbols(client, name, 500)
  await crowd.keeps({ least: 500 * kib, most: most.symbols })
})

test('answers that are not read, until the client is closed with 4008', async () => {
  await using crowd = await Crowd.open()
  const closedBefore = await tooSlow()
  for (const { client } of crowd.all) client.stopReading()
  const answerOf100KiB = { type: 'unsubscribe', symbols: Array.from({ length: 1_000 }, () => 0) }
  const peak = await crowd.peakWhile(async () => {
    for (const { client } of crowd.all) client.send(answerOf100KiB)
    return (await tooSlow()) < closedBefore + clients
  })
  expect(peak.keptBytes).toBeGreaterThan(most.outbox / 4)
  expect(peak.keptBytes).toBeLessThan(most.outbox + 64 * kib)
})

test('all of it together', async () => {
  await using crowd = await Crowd.open()
  const closedBefore = await tooSlow()
  for (const { client, name } of crowd.all) {
    await holdSymbols(client, name, 499)
    fillRequests(client, name)
    await client.hears('"code":"busy"')
    client.stopReading()
    client.write(pinningFragments())
  }
  const pings = Buffer.concat(Array.from({ length: 1_200 }, () => frame('ping', 'x'.repeat(125))))
  const peak = await crowd.peakWhile(async () => {
    for (const { client } of crowd.all) client.write(pings)
    return (await tooSlow()) < closedBefore + clients
  })
  const sum = Object.values(most).reduce((total, bytes) => total + bytes, 0)
  expect(peak.keptBytes).toBeGreaterThan(sum / 2)
  expect(peak.keptBytes).toBeLessThan(sum)
  // The heap may grow to four times what is kept (ADR 0010).
  expect(peak.residentBytes).toBeLessThan(4 * sum)
}, 60_000)

/** 64 fragments of a byte, between each two so much else that a read of 64 KiB holds one or two of them. */
function pinningFragments(): Buffer {
  const pongs = Buffer.concat(Array.from({ length: 400 }, () => frame('pong', 'x'.repeat(125))))
  const fragment = (i: number) => frame(i === 0 ? 'text' : 'continuation', 'x', { isOpen: true })
  return Buffer.concat(Array.from({ length: 64 }, (_, i) => [fragment(i), pongs]).flat())
}

/** The first waits for its symbol, all others behind it. */
function fillRequests(client: RawClient, name: string): void {
  client.send({ type: 'subscribe', symbols: [`HELD-${name}`] })
  const nested = Array.from({ length: 10_000 }, () => ({}))
  for (let i = 0; i < 5; i++) client.send({ type: 'subscribe', symbols: [`HELD-${name}-${i}`, nested], junk: nested })
  for (let i = 0; i < 1_000; i++) {
    const symbol = `HELD-${name}-x${i}`.padEnd(32, 'x')
    const since = { [symbol]: { epoch: Number.MAX_SAFE_INTEGER, seq: Number.MAX_SAFE_INTEGER - i } }
    client.send({ type: 'subscribe', id: String(i).padEnd(64, 'x'), symbols: [symbol], since })
  }
}

async function holdSymbols(client: RawClient, name: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    client.send({ type: 'subscribe', id: i, symbols: [`OWN-${name}-${i}`], maxRate: 1 + i / 1_000 })
  }
  await client.hears(`{"type":"subscribed","id":${count - 1},`)
}

async function tooSlow(): Promise<number> {
  return await gateway.metric('quotewire_session_closes_total', 'too_slow')
}

let crowds = 0

/** Clients that do the same, and one that reads everything. */
class Crowd implements AsyncDisposable {
  readonly all: readonly { readonly client: RawClient; readonly name: string }[]
  readonly #witness: RawClient
  readonly #before: Memory
  #roundTrips = 0

  private constructor(all: Crowd['all'], witness: RawClient, before: Memory) {
    this.all = all
    this.#witness = witness
    this.#before = before
  }

  static async open(): Promise<Crowd> {
    const names = Array.from({ length: clients + 1 }, (_, i) => `${crowds}-${i}`)
    crowds++
    const all = await Promise.all(
      names.map(async (name) => ({ name, client: await RawClient.open(gateway.port, tokenOf(name)) })),
    )
    const witness = all.pop()
    if (!witness) throw new Error('nobody came')
    return new Crowd(all, witness.client, await gateway.memory())
  }

  /** What came to the gateway before this has been read by it, as far as it reads. */
  async isRead(): Promise<void> {
    await this.#witness.roundTrip(`witness ${this.#roundTrips++}`)
  }

  async isClosed(): Promise<void> {
    await Promise.all(this.all.map(({ client }) => client.closed))
  }

  /** Each session comes to the one and never beyond the other. */
  async keeps({ least, most }: { readonly least: number; readonly most: number }): Promise<void> {
    const look = async () => {
      const { keptBytes } = await this.#ofEach()
      expect(keptBytes).toBeLessThan(most)
      return keptBytes
    }
    while ((await look()) < least) await this.isRead()
    await this.isRead()
    await look()
  }

  /** The most that each kept after any of the steps; they end when one says false. */
  async peakWhile(step: () => Promise<boolean>): Promise<Memory> {
    const peak = { keptBytes: 0, residentBytes: 0 }
    while (await step()) {
      const { keptBytes, residentBytes } = await this.#ofEach()
      peak.keptBytes = Math.max(peak.keptBytes, keptBytes)
      peak.residentBytes = Math.max(peak.residentBytes, residentBytes)
    }
    return peak
  }

  async #ofEach(): Promise<Memory> {
    const { keptBytes, residentBytes } = await gateway.memory()
    return {
      keptBytes: (keptBytes - this.#before.keptBytes) / clients,
      residentBytes: (residentBytes - this.#before.residentBytes) / clients,
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { client } of this.all) client.close()
    this.#witness.close()
    await expect.poll(async () => await gateway.metric('websocket_connections ')).toBe(0)
  }
}
