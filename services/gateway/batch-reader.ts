/**
 * A QuoteBatch as the gateway reads it: each entry decoded, and quotes with the bytes they came as beside, so that
 * binary clients get these without encoding anything again.
 *
 * Bound: keeps nothing; a batch is one message of the stream, of grpc-js's 4 MiB at most, beyond which the stream ends.
 */
import { type messages, quotewire, Reader } from '../shared/protobuf.ts'

const { QuoteEntry } = quotewire.v1

export type Entry = messages.v1.QuoteEntry.$Properties & {
  /** Of a quote: the entry with its tag and length, as latin1. */
  readonly encoded?: string
}

/** `entries` is field 1, length-delimited; fields that a newer version may add are skipped. */
const entriesTag = 10

/** Throws for bytes that are no protobuf. */
export function readBatch(bytes: Buffer): Entry[] {
  const reader = Reader.create(bytes)
  const entries: Entry[] = []
  while (reader.pos < reader.len) {
    const start = reader.pos
    const tag = reader.uint32()
    if (tag !== entriesTag) {
      reader.skipType(tag & 7)
      continue
    }
    const entry = QuoteEntry.decode(reader, reader.uint32())
    entries.push(entry.quote ? { quote: entry.quote, encoded: bytes.toString('latin1', start, reader.pos) } : entry)
  }
  return entries
}
