/**
 * Stage: symbol registry → entry slab → quote streams. Quotes as entries of a QuoteBatch, written one behind the other into
 * large buffers, so that what a gateway wants of a turn is mostly one piece of memory and is not copied for each.
 *
 * In:  a quote.
 * Out: where its bytes are, tag and length included: batches are made by concatenation.
 * Bound: one buffer that is being filled; full ones live as long as somebody refers to them.
 *
 * By hand and not by the generated code, which makes a dozen objects for each quote; entry-slab.test.ts holds them together.
 */
import type { Quote } from './quote.ts'

/** Bytes of one entry, or of several that follow each other. */
export interface Entry {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
  /** Undefined for what is not a quote and may never be dropped. */
  readonly quotedSymbol: string | undefined
}

const slabBytes = 256 * 1024
/** Both lengths have to fit in one byte each; the longest quote has 121. */
const longestBytes = 127
/** Field number × 8 + wire type. */
const tags = {
  entry: 0x0a,
  quote: 0x0a,
  symbol: 0x0a,
  price: 0x11,
  change: 0x19,
  changePercent: 0x21,
  timestamp: 0x28,
  seq: 0x30,
  epoch: 0x38,
  snapshot: 0x40,
  bid: 0x49,
  ask: 0x51,
  volume: 0x59,
} as const
const headerBytes = 4

export class EntrySlab {
  #bytes: Buffer = Buffer.alloc(0)
  #view: DataView = new DataView(new ArrayBuffer(0))
  #at = 0

  /** `snapshot`: a last value, not a live quote. */
  write(quote: Quote, snapshot: boolean): Entry {
    if (this.#at + longestBytes > this.#bytes.length) {
      this.#bytes = Buffer.allocUnsafeSlow(slabBytes)
      this.#view = new DataView(this.#bytes.buffer)
      this.#at = 0
    }
    const start = this.#at
    this.#at += headerBytes
    this.#quote(quote, snapshot)
    const length = this.#at - start - headerBytes
    this.#bytes[start] = tags.entry
    this.#bytes[start + 1] = length + 2
    this.#bytes[start + 2] = tags.quote
    this.#bytes[start + 3] = length
    return { bytes: this.#bytes, start, end: this.#at, quotedSymbol: quote.symbol }
  }

  #quote(quote: Quote, snapshot: boolean): void {
    const { symbol, price, change, changePercent, timestampMs, seq, epoch, bid, ask, volume } = quote
    this.#text(tags.symbol, symbol)
    this.#double(tags.price, price)
    if (change !== undefined) this.#double(tags.change, change)
    if (changePercent !== undefined) this.#double(tags.changePercent, changePercent)
    this.#integer(tags.timestamp, timestampMs)
    if (seq !== undefined) this.#integer(tags.seq, seq)
    if (epoch !== undefined) this.#integer(tags.epoch, epoch)
    if (snapshot) this.#integer(tags.snapshot, 1)
    if (bid !== undefined) this.#double(tags.bid, bid)
    if (ask !== undefined) this.#double(tags.ask, ask)
    if (volume !== undefined) this.#double(tags.volume, volume)
  }

  /** A symbol: at most 32 ASCII characters. */
  #text(tag: number, text: string): void {
    this.#bytes[this.#at++] = tag
    this.#bytes[this.#at++] = text.length
    for (let i = 0; i < text.length; i++) this.#bytes[this.#at++] = text.charCodeAt(i)
  }

  #double(tag: number, value: number): void {
    this.#bytes[this.#at++] = tag
    this.#view.setFloat64(this.#at, value, true)
    this.#at += 8
  }

  /** int64 as a varint: low 7 bits first, two's complement below 0. */
  #integer(tag: number, value: number): void {
    this.#bytes[this.#at++] = tag
    if (value < 0) return this.#negative(value)
    let rest = value
    for (; rest > 0x7f_ff_ff_ff; rest = Math.floor(rest / 128)) this.#bytes[this.#at++] = (rest % 128) | 0x80
    let low = rest | 0
    for (; low > 127; low >>>= 7) this.#bytes[this.#at++] = (low & 127) | 0x80
    this.#bytes[this.#at++] = low
  }

  #negative(value: number): void {
    let rest = BigInt.asUintN(64, BigInt(value))
    for (; rest > 127n; rest >>= 7n) this.#bytes[this.#at++] = Number(rest & 127n) | 0x80
    this.#bytes[this.#at++] = Number(rest)
  }
}

/** Of an entry that is made otherwise. */
export function entryOf(bytes: Uint8Array): Entry {
  return {
    bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
    start: 0,
    end: bytes.length,
    quotedSymbol: undefined,
  }
}

/** Their bytes one behind the other; not copied where they already are. */
export function joined(entries: readonly Entry[]): Buffer {
  const pieces: Buffer[] = []
  for (let i = 0; i < entries.length; ) {
    const { bytes, start } = entries[i] as Entry
    let end = start
    for (; i < entries.length && entries[i]?.bytes === bytes && entries[i]?.start === end; i++)
      end = entries[i]?.end ?? end
    pieces.push(bytes.subarray(start, end))
  }
  return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces)
}
