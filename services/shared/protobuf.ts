/**
 * The generated messages with int64 as numbers. protobufjs decodes int64 into Long objects unless its
 * `util.Long` is unset before the generated code is loaded, so everybody imports the messages from here.
 */
import protobuf from 'protobufjs/minimal.js'

// Typed as always present, yet documented to be optional.
;(protobuf.util as { Long?: unknown }).Long = undefined
protobuf.configure()

export const { Reader } = protobuf
export const { quotewire } = await import('./generated/market-data.js')
export type { quotewire as messages } from './generated/market-data.js'
