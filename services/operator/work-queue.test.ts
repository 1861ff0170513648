import { expect, test } from 'vitest'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { silentLogger } from '../shared/testing/silent-logger.ts'
import { WorkQueue } from './work-queue.ts'

test('one after another, in the order in which they came, and the same name once', async () => {
  const { queue, begun, end } = waiting()
  queue.add('a')
  queue.add('b')
  queue.add('a')
  await settled()
  expect(begun).toEqual(['a'])
  queue.add('a')
  end()
  await settled()
  expect(begun).toEqual(['a', 'b'])
  end()
  await settled()
  expect(begun).toEqual(['a', 'b', 'a'])
  end()
  await queue.stop()
})

test('of two times the earlier counts, and now before later', async () => {
  const { queue, begun, clock, end } = waiting()
  queue.addAfter('a', 5_000)
  queue.addAfter('a', 1_000)
  queue.addAfter('a', 9_000)
  clock.advance(1_000)
  await settled()
  expect(begun).toEqual(['a'])
  end()
  queue.addAfter('b', 1_000)
  queue.add('b')
  await settled()
  expect(begun).toEqual(['a', 'b'])
  expect(clock.pending).toBe(0)
  end()
  await queue.stop()
})

test('what fails comes again after waits that grow to a minute, and from the beginning after a success', async () => {
  const clock = new ManualClock()
  const waits: number[] = []
  let lastMs = 0
  let fails = true
  const work = async () => {
    waits.push(clock.nowMs() - lastMs)
    lastMs = clock.nowMs()
    if (fails) throw new Error('told to')
  }
  const queue = new WorkQueue({ work, clock, random: () => 1, logger: silentLogger })
  queue.add('a')
  for (let s = 0; s < 300; s++) await passed(clock, 1_000)
  expect(waits.slice(1, 8)).toEqual([2_000, 3_000, 5_000, 9_000, 17_000, 33_000, 61_000])
  fails = false
  await passed(clock, 61_000)
  fails = true
  queue.add('a')
  await passed(clock, 2_000)
  expect(waits.at(-1)).toBe(2_000)
  await queue.stop()
  expect(clock.pending).toBe(0)
})

test('what is forgotten does not come again', async () => {
  const { queue, begun, clock } = waiting()
  queue.addAfter('a', 1_000)
  queue.forget('a')
  clock.advance(2_000)
  await settled()
  expect(begun).toEqual([])
  expect(queue.size).toBe(0)
})

test('stop waits for what is under way, and takes nothing more', async () => {
  const { queue, begun, clock, end } = waiting()
  queue.add('a')
  queue.add('b')
  queue.addAfter('c', 1_000)
  await settled()
  let isStopped = false
  const stopped = queue.stop().then(() => {
    isStopped = true
  })
  queue.add('d')
  await settled()
  expect(isStopped).toBe(false)
  end()
  await stopped
  expect(begun).toEqual(['a'])
  expect(clock.pending).toBe(0)
})

/** Work that ends when told. */
function waiting() {
  const clock = new ManualClock()
  const begun: string[] = []
  let end = () => {}
  const work = async (name: string) => {
    begun.push(name)
    await new Promise<void>((resolve) => {
      end = resolve
    })
  }
  const queue = new WorkQueue({ work, clock, random: () => 0.5, logger: silentLogger })
  return { queue, begun, clock, end: () => end() }
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

async function passed(clock: ManualClock, ms: number): Promise<void> {
  clock.advance(ms)
  await settled()
}
