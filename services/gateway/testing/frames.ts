/** Reads what the gateway writes: unmasked, unfragmented WebSocket frames, one character a byte. */
export interface Frame {
  readonly opcode: number
  /** UTF-8 decoded; of a binary frame latin1, one character a byte. */
  readonly payload: string
}

export function readFrames(bytes: string): Frame[] {
  const data = Buffer.from(bytes, 'latin1')
  const frames: Frame[] = []
  for (let at = 0; at < data.length; ) {
    const opcode = data.readUInt8(at) & 0x0f
    const short = data.readUInt8(at + 1)
    const [start, length] = readLength(data, at + 2, short)
    frames.push({ opcode, payload: data.toString(opcode === 2 ? 'latin1' : 'utf8', start, start + length) })
    at = start + length
  }
  return frames
}

function readLength(data: Buffer, at: number, short: number): [start: number, length: number] {
  if (short < 126) return [at, short]
  if (short === 126) return [at + 2, data.readUInt16BE(at)]
  return [at + 8, Number(data.readBigUInt64BE(at))]
}
