import { afterEach, expect, test } from 'vitest'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { silentLogger } from '../shared/testing/silent-logger.ts'
import { EntitlementReview, type Subject } from './entitlement-review.ts'
import { Entitlements, type User } from './entitlements.ts'
import type { Refusal } from './subscriptions.ts'
import type { Terms } from './terms.ts'
import { settle } from './testing/gate.ts'
import { ManualAuthority, type Rules } from './testing/manual-authority.ts'

const defaults = { symbols: 100, connections: 5, messagesPerSecond: 50 }
const before: Rules = { revision: 1, digest: 'before' }
const after: Rules = {
  ...{ revision: 2, digest: 'after', users: { ann: 'pro' }, tiers: { pro: { delayMs: 5 }, all: { allSymbols: true } } },
  denied: { basic: ['GOLD', 'OIL'], pro: ['AAPL'] },
}
const opened: { readonly review: EntitlementReview; readonly clock: ManualClock }[] = []

afterEach(() => {
  for (const { review, clock } of opened.splice(0)) {
    review.stop()
    expect(clock.pending).toBe(0)
  }
})

test('every open session gets its terms, and of its symbols exactly those that its tier may not have', async () => {
  const { announce, add } = setUp()
  announce(before)
  const ann = add('ann', 'basic', ['AAPL', 'GOLD'])
  const bob = add('bob', 'basic', ['OIL', 'AAPL'])
  const rich = add('rich', 'all', ['GOLD'])
  const unopened = add(undefined, '', ['GOLD'])
  announce(after)
  await settle()
  expect(ann.last()).toMatchObject({ terms: { tier: 'pro', pace: { delayMs: 5 }, digest: 'after' }, lost: ['AAPL'] })
  expect(bob.last()).toMatchObject({ terms: { tier: 'basic', limits: defaults }, lost: ['OIL'] })
  expect(rich.last()).toMatchObject({ terms: { tier: 'all', allSymbols: true }, lost: [] })
  expect(unopened.applied).toEqual([])
})

test('refusals cover all that was reviewed, and what was reviewed covers all of the session’s symbols', async () => {
  const { announce, add } = setUp()
  const bob = add('bob', 'basic', ['OIL'])
  const eve = add('eve', 'basic', ['GOLD', 'MSFT'])
  announce(after)
  await settle()
  for (const { applied } of [bob, eve]) {
    expect(applied).toHaveLength(1)
    expect([...(applied[0]?.reviewed ?? [])].sort()).toEqual(['GOLD', 'MSFT', 'OIL'])
    expect([...(applied[0]?.refusals.keys() ?? [])].sort()).toEqual(['GOLD', 'OIL'])
    expect(applied[0]?.refusals.get('OIL')).toMatchObject({ symbol: 'OIL', code: 'not_entitled' })
  }
})

test('one question is asked for 1,000 users and one for the symbols of a tier, whatever the sessions are', async () => {
  const { authority, announce, add } = setUp()
  for (let i = 0; i < 2_500; i++) {
    const userId = `u${i % 1_250}`
    add(userId, 'basic', ['GOLD', `S${i % 10}`])
  }
  // The same user by a token of another tier is another question to the rules.
  const other = add('u0', 'all', [])
  announce(after)
  await settle()
  const resolved = authority.questions.filter(({ call }) => call === 'resolveTiers').map(({ about }) => about)
  expect(resolved.map(({ length }) => length)).toEqual([1_000, 251])
  expect(new Set(resolved.flat()).size).toBe(1_250)
  expect(other.last()).toMatchObject({ terms: { tier: 'all' } })
  const checked = authority.questions.filter(({ call }) => call === 'checkSymbols')
  expect(checked.flatMap(({ about }) => about)).toHaveLength(11)
})

test('without sessions nothing is asked', async () => {
  const { authority, announce } = setUp()
  announce(after)
  await settle()
  expect(authority.questions).toEqual([])
})

test('a session that asks for a review while it opens takes part in it', async () => {
  const { review, subjects, announce } = setUp()
  announce(after)
  await settle()
  // As a session does: it opens in its constructor, and is added to the set behind that.
  review.start()
  const late = new TestSubject('bob', 'basic', ['GOLD'])
  subjects.add(late)
  await settle()
  expect(late.last()).toMatchObject({ lost: ['GOLD'] })
})

test('a session that closes during the review is left alone', async () => {
  for (const call of ['resolveTiers', 'checkSymbols']) {
    const { authority, subjects, announce, add, until } = setUp()
    const [gone, left, bob] = [add('bob', 'basic', ['OIL']), add('eve', 'basic', ['OIL']), add('bob', 'basic', ['OIL'])]
    announceSlowly({ authority, announce })
    await until(call)
    gone.user = undefined
    left.user = undefined
    subjects.delete(left)
    authority.gate.open()
    await settle()
    expect([gone.applied, left.applied]).toEqual([[], []])
    expect(bob.last()).toMatchObject({ lost: ['OIL'] })
  }
})

test('a session that opens during the review was authorized by the new data: it is left alone or told the same', async () => {
  const { authority, announce, add, until } = setUp()
  add('bob', 'basic', ['OIL'])
  announceSlowly({ authority, announce })
  await until('resolveTiers')
  const [another, sameUser] = [add('eve', 'basic', ['GOLD']), add('bob', 'basic', ['GOLD'])]
  await until('checkSymbols')
  const later = add('bob', 'basic', ['GOLD'])
  authority.gate.open()
  await settle()
  expect([another.applied, later.applied]).toEqual([[], []])
  expect(sameUser.last()).toMatchObject({ terms: { tier: 'basic' }, lost: ['GOLD'] })
})

test('a session whose new token claims another tier during the review does not get the terms of the old claim', async () => {
  for (const call of ['resolveTiers', 'checkSymbols']) {
    const { authority, announce, add, until } = setUp()
    const bob = add('bob', 'basic', ['OIL'])
    announceSlowly({ authority, announce })
    await until(call)
    bob.user = { id: 'bob', claimedTier: 'all' }
    authority.gate.open()
    await settle()
    expect(bob.applied).toEqual([])
  }
})

test('symbols that come during the review are not among the reviewed ones', async () => {
  const { authority, announce, add, until } = setUp()
  const bob = add('bob', 'basic', ['OIL'])
  announceSlowly({ authority, announce })
  await until('resolveTiers')
  bob.symbols.push('MSFT')
  await until('checkSymbols')
  bob.symbols.push('GOLD')
  authority.gate.open()
  await settle()
  expect([...(bob.applied[0]?.reviewed ?? [])]).toEqual(['OIL', 'MSFT'])
  expect(bob.last()).toMatchObject({ lost: ['OIL'] })
})

test('a change during the review begins another one, and nothing of the old data is applied behind it', async () => {
  const newest: Rules = { revision: 3, digest: 'newest', denied: { basic: ['MSFT'] } }
  for (const call of ['resolveTiers', 'checkSymbols']) {
    const { authority, announce, add, until } = setUp()
    const bob = add('bob', 'basic', ['OIL', 'MSFT'])
    announceSlowly({ authority, announce })
    await until(call)
    announce(newest)
    authority.gate.open()
    await settle()
    expect(bob.applied.map(({ terms }) => terms.digest)).toEqual(['newest'])
    expect(bob.last()).toMatchObject({ lost: ['MSFT'] })
  }
})

test('a change between two tiers of one review leaves nobody behind', async () => {
  const newest: Rules = { revision: 3, digest: 'newest', denied: { basic: ['MSFT'] } }
  const { authority, announce, add, until } = setUp()
  const sessions = [add('bob', 'basic', ['OIL']), add('ann', 'basic', ['AAPL']), add('eve', 'other', ['OIL'])]
  announceSlowly({ authority, announce })
  await until('checkSymbols')
  authority.gate.letThrough()
  await until('checkSymbols', 2)
  announce(newest)
  authority.gate.open()
  await settle()
  expect(sessions.map(({ applied }) => applied.at(-1)?.terms.digest)).toEqual(['newest', 'newest', 'newest'])
  expect(sessions.map(({ applied }) => applied.length)).toEqual([2, 1, 1])
})

test('one review at a time: whatever is asked for meanwhile is one more', async () => {
  const { authority, review, announce, add, until } = setUp()
  const bob = add('bob', 'basic', ['OIL'])
  announceSlowly({ authority, announce })
  await until('resolveTiers')
  for (let i = 0; i < 5; i++) review.start()
  await settle()
  expect(authority.questions).toHaveLength(1)
  authority.gate.open()
  await settle()
  expect(bob.applied).toHaveLength(2)
})

test('a review that fails is tried again, later each time up to 2 s', async () => {
  const { clock, authority, announce, add } = setUp()
  const bob = add('bob', 'basic', ['OIL'])
  authority.failures.set('a', new TypeError('broken'))
  announce(after)
  await settle()
  // Three tries a question; random is 1, so that each wait is the longest.
  let questions = 3
  expect(authority.questions).toHaveLength(questions)
  for (const waitMs of [100, 200, 400, 800, 1_600, 2_000, 2_000]) {
    clock.advance(waitMs - 1)
    await settle()
    expect(authority.questions).toHaveLength(questions)
    clock.advance(1)
    await settle()
    questions += 3
    expect(authority.questions).toHaveLength(questions)
  }
  authority.failures.clear()
  clock.advance(2_000)
  await settle()
  expect(bob.last()).toMatchObject({ lost: ['OIL'] })
  expect([bob.applied.length, clock.pending]).toEqual([1, 0])
  // A success begins the waits anew.
  authority.failures.set('a', new TypeError('broken'))
  announce({ ...after, revision: 3, digest: 'newest' })
  await settle()
  authority.failures.clear()
  clock.advance(100)
  await settle()
  expect(bob.applied).toHaveLength(2)
})

test('news during the wait for the next try begin it at once, and the wait is over', async () => {
  const { clock, authority, announce, add } = setUp()
  const bob = add('bob', 'basic', ['OIL'])
  authority.failures.set('a', new TypeError('broken'))
  announce(after)
  await settle()
  expect(clock.pending).toBe(1)
  authority.failures.clear()
  announce({ ...after, revision: 3, digest: 'newest' })
  await settle()
  expect([bob.applied.length, clock.pending]).toEqual([1, 0])
})

test('a failure behind the first tier is made good for all', async () => {
  const { clock, authority, announce, add, until } = setUp()
  const sessions = [add('bob', 'basic', ['OIL']), add('ann', 'basic', ['AAPL'])]
  announceSlowly({ authority, announce })
  await until('checkSymbols')
  authority.failures.set('a', new TypeError('broken'))
  authority.gate.open()
  await settle()
  expect(sessions.map(({ applied }) => applied.length)).toEqual([1, 0])
  authority.failures.clear()
  clock.advance(100)
  await settle()
  expect(sessions.map(({ applied }) => applied.at(-1)?.terms.tier)).toEqual(['basic', 'pro'])
})

test('after stop nothing is asked, applied or waited for', async () => {
  for (const call of ['resolveTiers', 'checkSymbols']) {
    for (const failure of [undefined, new TypeError('broken')]) {
      const { clock, authority, review, announce, add, until } = setUp()
      const bob = add('bob', 'basic', ['OIL'])
      announceSlowly({ authority, announce })
      if (failure && call === 'resolveTiers') authority.failures.set('a', failure)
      await until(call)
      if (failure) authority.failures.set('a', failure)
      review.stop()
      authority.gate.open()
      await settle()
      const asked = authority.questions.length
      expect(clock.pending).toBe(0)
      review.start()
      await settle()
      expect([bob.applied.length, clock.pending, authority.questions.length]).toEqual([0, 0, asked])
    }
  }
})

test('stop ends the wait for the next try', async () => {
  const { clock, authority, review, announce, add } = setUp()
  add('bob', 'basic', ['OIL'])
  authority.failures.set('a', new TypeError('broken'))
  announce(after)
  await settle()
  expect(clock.pending).toBe(1)
  review.stop()
  expect(clock.pending).toBe(0)
})

interface Applied {
  readonly terms: Terms
  readonly reviewed: ReadonlySet<string>
  readonly refusals: ReadonlyMap<string, Refusal>
}

class TestSubject implements Subject {
  user: User | undefined
  readonly symbols: string[]
  readonly applied: Applied[] = []

  constructor(userId: string | undefined, claimedTier: string, symbols: readonly string[]) {
    this.user = userId === undefined ? undefined : { id: userId, claimedTier }
    this.symbols = [...symbols]
  }

  concerned(): readonly string[] {
    return this.symbols
  }

  apply(terms: Terms, reviewed: ReadonlySet<string>, refusals: ReadonlyMap<string, Refusal>): void {
    this.applied.push({ terms, reviewed, refusals })
  }

  /** The newest terms, and which of its symbols it lost by them. */
  last(): { terms: Terms; lost: string[] } | undefined {
    const last = this.applied.at(-1)
    return last && { terms: last.terms, lost: this.symbols.filter((symbol) => last.refusals.has(symbol)) }
  }
}

function announceSlowly({ authority, announce }: Pick<ReturnType<typeof setUp>, 'authority' | 'announce'>): void {
  authority.gate.isShut = true
  announce(after)
}

/** With the real entitlements, whose changes start the review as in main.ts. */
function setUp() {
  const clock = new ManualClock()
  const authority = new ManualAuthority()
  const subjects = new Set<TestSubject>()
  const logger = silentLogger
  const onChange = () => review.start()
  const entitlements = new Entitlements({ authority, clock, logger, defaults, onChange })
  const review = new EntitlementReview({ entitlements, subjects: () => subjects, clock, random: () => 1, logger })
  const announce = (rules: Rules) => {
    authority.rules.set('a', rules)
    entitlements.announced('a', { revision: rules.revision, digest: rules.digest })
  }
  const add = (userId: string | undefined, tier: string, symbols: readonly string[]) => {
    const subject = new TestSubject(userId, tier, symbols)
    subjects.add(subject)
    return subject
  }
  /** Lets questions through until the `count`-th of this call waits. */
  const until = async (call: string, count = 1) => {
    await settle()
    while (authority.questions.filter((question) => question.call === call).length < count) {
      expect(authority.gate.waiting).toBeGreaterThan(0)
      authority.gate.letThrough()
      await settle()
    }
  }
  const it = { clock, authority, subjects, review, announce, add, until }
  opened.push(it)
  return it
}
