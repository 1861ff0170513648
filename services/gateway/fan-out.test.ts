import { expect, test } from 'vitest'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { FanOut } from './fan-out.ts'
import { quoteOf } from './testing/manual-upstream.ts'
import { RecordedMember } from './testing/recorded-member.ts'

test('a quote reaches everybody who joined its symbol, as the very same frame', () => {
  const { fanOut, member, told } = setUp()
  const [ann, bob, other] = [member(), member(), member()]
  fanOut.open('AAPL', undefined)
  fanOut.open('MSFT', undefined)
  fanOut.join('AAPL', ann)
  fanOut.join('AAPL', bob)
  fanOut.join('MSFT', other)
  fanOut.quote(quoteOf('AAPL', 1))
  expect(ann.messages).toMatchObject([{ type: 'quote', symbol: 'AAPL', seq: 1 }])
  expect(ann.frames).toEqual(bob.frames)
  expect(other.frames).toEqual([])
  expect(told).toEqual(['delivered to 2'])
})

test('who joins is sent the newest value as a snapshot, and none where nothing is known', () => {
  const { fanOut, member } = setUp()
  fanOut.open('AAPL', quoteOf('AAPL', 1))
  fanOut.open('NEW', undefined)
  const [early, late] = [member(), member()]
  fanOut.join('AAPL', early)
  fanOut.join('NEW', early)
  fanOut.quote(quoteOf('AAPL', 2))
  fanOut.join('AAPL', late)
  expect(early.messages).toMatchObject([{ seq: 1, snapshot: true }, { seq: 2 }])
  expect(early.messages[1]).not.toHaveProperty('snapshot')
  expect(late.messages).toMatchObject([{ seq: 2, snapshot: true }])
})

test('rule 5: a quote without seq becomes the last value, and a value re-read upstream keeps its snapshot mark', () => {
  const { fanOut, member } = setUp()
  fanOut.open('AAPL', quoteOf('AAPL', 1))
  const [early, late] = [member(), member()]
  fanOut.join('AAPL', early)
  fanOut.quote({ ...quoteOf('AAPL'), price: 7 })
  fanOut.join('AAPL', late)
  fanOut.quote({ ...quoteOf('AAPL', 2), snapshot: true })
  expect(late.messages).toMatchObject([
    { price: 7, snapshot: true },
    { seq: 2, snapshot: true },
  ])
})

test('who left, and who joined what is not open, is sent nothing', () => {
  const { fanOut, member, told } = setUp()
  const ann = member()
  fanOut.join('AAPL', ann)
  fanOut.open('AAPL', undefined)
  fanOut.join('AAPL', ann)
  fanOut.leave('AAPL', ann)
  fanOut.leave('NONE', ann)
  fanOut.quote(quoteOf('AAPL', 1))
  fanOut.quote(quoteOf('NONE', 1))
  expect([ann.frames, told]).toEqual([[], []])
})

test('a symbol that was closed forgets its members and its last value', () => {
  const { fanOut, member } = setUp()
  const ann = member()
  fanOut.open('AAPL', quoteOf('AAPL', 1))
  fanOut.join('AAPL', ann)
  fanOut.close('AAPL')
  expect(fanOut.isOpen('AAPL')).toBe(false)
  fanOut.open('AAPL', undefined)
  fanOut.quote(quoteOf('AAPL', 2))
  expect(ann.frames).toHaveLength(1)
})

test('rule 7: a gap is told to those who hold the symbol, and counted', () => {
  const { fanOut, member, told } = setUp()
  const [ann, other] = [member(), member()]
  fanOut.open('AAPL', undefined)
  fanOut.open('MSFT', undefined)
  fanOut.join('AAPL', ann)
  fanOut.join('MSFT', other)
  fanOut.gap('AAPL', { epoch: 1, fromSeq: 2, toSeq: 3 })
  fanOut.gap('NONE', { epoch: 1, fromSeq: 2, toSeq: 3 })
  expect(ann.messages).toEqual([{ type: 'gap', symbol: 'AAPL', epoch: 1, fromSeq: 2, toSeq: 3 }])
  expect([other.frames, told]).toEqual([[], ['gap', 'gap']])
})

test('rule 12: stale and fresh name to each session only its own symbols, in one message', () => {
  const { fanOut, member } = setUp()
  const [ann, bob, none] = [member(), member(), member()]
  for (const symbol of ['A', 'B', 'C']) fanOut.open(symbol, undefined)
  for (const symbol of ['A', 'B']) fanOut.join(symbol, ann)
  for (const symbol of ['B', 'C']) fanOut.join(symbol, bob)
  fanOut.tell('stale', ['A', 'B', 'NONE'])
  fanOut.tell('fresh', ['B'])
  expect(ann.messages).toEqual([
    { type: 'stale', symbols: ['A', 'B'] },
    { type: 'fresh', symbols: ['B'] },
  ])
  expect(bob.messages).toEqual([
    { type: 'stale', symbols: ['B'] },
    { type: 'fresh', symbols: ['B'] },
  ])
  expect(none.frames).toEqual([])
})

test('rule 12: who joins while the upstream is lost is told so behind the snapshot, and not once it is back', () => {
  const { fanOut, member } = setUp()
  const [late, later] = [member(), member()]
  fanOut.open('AAPL', quoteOf('AAPL', 1))
  fanOut.tell('stale', ['AAPL'])
  fanOut.join('AAPL', late)
  expect(late.messages).toMatchObject([{ type: 'quote' }, { type: 'stale', symbols: ['AAPL'] }])
  fanOut.tell('fresh', ['AAPL'])
  fanOut.join('AAPL', later)
  expect(later.messages).toMatchObject([{ type: 'quote' }])
})

function setUp() {
  const told: string[] = []
  const fanOut = new FanOut({
    clock: new ManualClock(),
    observer: {
      quote: () => {},
      delivered: (sessions) => told.push(`delivered to ${sessions}`),
      conflated: (quotes) => told.push(`conflated ${quotes}`),
      gap: () => told.push('gap'),
    },
  })
  return { fanOut, told, member: () => new RecordedMember() }
}
