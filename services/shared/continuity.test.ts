import fc from 'fast-check'
import { expect, test } from 'vitest'
import { advance, isBehind, type Sequenced, startPosition } from './continuity.ts'

test('successors follow, repeats are told, and a jump is the gap that was missed', () => {
  const position = startPosition()
  expect(advance(position, { epoch: 5, seq: 10 })).toBe('next')
  expect(advance(position, { epoch: 5, seq: 11 })).toBe('next')
  expect(advance(position, { epoch: 5, seq: 11 })).toBe('repeated')
  expect(advance(position, { epoch: 5, seq: 3 })).toBe('repeated')
  expect(advance(position, { epoch: 5, seq: 15 })).toEqual({ epoch: 5, fromSeq: 12, toSeq: 14 })
  expect(advance(position, { epoch: 4, seq: 99 })).toBe('repeated')
  expect(position).toEqual({ epoch: 5, seq: 15 })
})

test('a higher epoch starts over at 1', () => {
  const position = startPosition()
  advance(position, { epoch: 5, seq: 10 })
  expect(advance({ ...position }, { epoch: 6, seq: 1 })).toBe('next')
  expect(advance({ ...position }, { epoch: 6, seq: 4 })).toEqual({ epoch: 6, fromSeq: 1, toSeq: 3 })
})

test('a quote without seq is always next and moves nothing', () => {
  const position = { epoch: 5, seq: 10 }
  for (const quote of [{}, { seq: 1 }, { epoch: 9 }]) expect(advance(position, quote)).toBe('next')
  expect(position).toEqual({ epoch: 5, seq: 10 })
})

test('whatever arrives, a seq is accepted once at most, and the gaps are exactly what was skipped', () => {
  const quote = fc.record({ epoch: fc.integer({ min: 1, max: 3 }), seq: fc.integer({ min: 1, max: 12 }) })
  const any = fc.oneof({ weight: 9, arbitrary: quote }, { weight: 1, arbitrary: fc.constant({}) })
  fc.assert(
    fc.property(fc.array(any, { maxLength: 40 }), (quotes: Sequenced[]) => {
      const position = startPosition()
      const accepted: Required<Sequenced>[] = []
      for (const { epoch, seq } of quotes) {
        if (epoch === undefined || seq === undefined) {
          expect(advance(position, {})).toBe('next')
          continue
        }
        const last = accepted.at(-1)
        const outcome = advance(position, { epoch, seq })
        expect(outcome).toEqual(naive(last, { epoch, seq }))
        if (outcome === 'repeated') continue
        accepted.push({ epoch, seq })
        expect(isBehind(position, { epoch, seq })).toBe(false)
      }
      expect(new Set(accepted.map((one) => JSON.stringify(one))).size).toBe(accepted.length)
    }),
    { numRuns: 1_000 },
  )
})

/** Counts one by one from the last accepted quote to this one. */
function naive(last: Required<Sequenced> | undefined, { epoch, seq }: Required<Sequenced>) {
  if (!last) return 'next'
  if (epoch < last.epoch || (epoch === last.epoch && seq <= last.seq)) return 'repeated'
  const skipped: number[] = []
  for (let missed = epoch === last.epoch ? last.seq + 1 : 1; missed < seq; missed++) skipped.push(missed)
  const [fromSeq] = skipped
  return fromSeq === undefined ? 'next' : { epoch, fromSeq, toSeq: skipped.at(-1) }
}
