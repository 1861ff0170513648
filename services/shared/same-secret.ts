import { createHash, timingSafeEqual } from 'node:crypto'

/** Takes as long whatever is presented, its length too. */
export function isSameSecret(presented: string, expected: string): boolean {
  return timingSafeEqual(digest(presented), digest(expected))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
