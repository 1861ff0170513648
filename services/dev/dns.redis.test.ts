/** Market-data scales out and in while sessions read, and the gateways learn of it by DNS alone. Real processes. */
import { expect, test } from 'vitest'
import { describeWithRedis } from '../shared/testing/redis-server.ts'
import { DnsPlatform, type Pod } from './testing/dns-platform.ts'
import type { DnsFault } from './testing/dns-server.ts'
import { describeWithOwnResolver } from './testing/own-resolver.ts'

const symbols = Array.from({ length: 100 }, (_, i) => `S${i}`)
const waiting = { timeout: 20_000, interval: 100 }

describeWithRedis('market-data found by DNS', () => {
  describeWithOwnResolver('of the gateway’s own', () => {
    test('2 → 4 → 2 under load: symbols spread within 20 % of even, and no seq is lost in any of 500 sessions (rules 6, 7, 19)', async () => {
      await using platform = await start({ gateways: 2, marketData: 2 })
      await platform.connect(500, 20)
      const [first, second] = platform.pods as [Pod, Pod]
      const [third, fourth] = (await platform.addPods(2)) as [Pod, Pod]
      platform.publishAddresses(platform.pods)
      await untilEvenOver(platform, [first, second, third, fourth])
      await expectNothingLost(platform)

      // By the DNS alone: nobody has told these two to go.
      platform.publishAddresses([first, third])
      await expect.poll(() => platform.loadsOf([second, fourth]), waiting).toEqual([0, 0])
      await untilEvenOver(platform, [first, third])
      await endsByItself([second, fourth])
      await expectNothingLost(platform)
    }, 60_000)

    test('an address that only leaves the DNS loses its symbols while it still runs, without a gap (rules 7, 19)', async () => {
      await using platform = await start({ gateways: 1, marketData: 3 })
      await platform.connect(20, 20)
      await untilEvenOver(platform, platform.pods)
      const [removed, ...staying] = platform.pods as [Pod, ...Pod[]]
      platform.publishAddresses(staying)
      await expect.poll(() => platform.loadsOf([removed]), waiting).toEqual([0])
      await expect.poll(() => platform.streamsOf([removed]), waiting).toEqual([{ open: 0, ended: 1 }])
      await untilEvenOver(platform, staying)
      await expectNothingLost(platform)
      expect(removed.service.child.hasExited).toBe(false)
    }, 40_000)

    test('a process that ends while the DNS still names it is left at once and without a gap (rules 7, 19)', async () => {
      await using platform = await start({ gateways: 1, marketData: 3 })
      await platform.connect(20, 20)
      await untilEvenOver(platform, platform.pods)
      const [leaving, ...staying] = platform.pods as [Pod, ...Pod[]]
      await endsByItself([leaving])
      await untilEvenOver(platform, staying)
      await expectNothingLost(platform)
    }, 40_000)

    test('while the DNS fails nothing changes, and afterwards it counts again (rule 19)', async () => {
      await using platform = await start({ gateways: 1, marketData: 2 })
      await platform.connect(20, 20)
      const known = [...platform.pods]
      await untilEvenOver(platform, known)
      const [unknown] = (await platform.addPods(1)) as [Pod]
      for (const fault of ['SERVFAIL', 'NXDOMAIN', 'empty', 'silent'] satisfies DnsFault[]) {
        platform.dns.fail(fault)
        // One look-up at a time: with the second the first has failed.
        await platform.dns.asked(2)
        expect(await platform.streamsOf(platform.pods), fault).toEqual([
          { open: 1, ended: 0 },
          { open: 1, ended: 0 },
          { open: 0, ended: 0 },
        ])
        await untilEvenOver(platform, known)
        await expectNothingLost(platform)
      }
      platform.publishAddresses(platform.pods)
      await untilEvenOver(platform, platform.pods)
      await expectNothingLost(platform)
      expect(await platform.streamsOf([unknown])).toEqual([{ open: 1, ended: 0 }])
    }, 40_000)
  })
})

/** Default of market-data. */
const drainMs = 10_000

async function start(counts: { readonly gateways: number; readonly marketData: number }): Promise<DnsPlatform> {
  return await DnsPlatform.start({ ...counts, symbols, quotesPerSecond: 300 })
}

/** After SIGTERM, because nobody reads from it any more and not because its drain is over. */
async function endsByItself(pods: readonly Pod[]): Promise<void> {
  const startedMs = performance.now()
  for (const { service } of pods) service.child.kill('SIGTERM')
  for (const { service } of pods) expect(await service.child.exited).toEqual({ code: 0, signal: null })
  expect(performance.now() - startedMs).toBeLessThan(drainMs)
}

/** No symbol is read by two of them, which two gateways ensure once they have moved, and each has its share, ± 20 %. */
async function untilEvenOver(platform: DnsPlatform, pods: readonly Pod[]): Promise<void> {
  const even = symbols.length / pods.length
  const isEven = (loads: readonly number[]) =>
    loads.reduce((sum, load) => sum + load) === symbols.length &&
    loads.every((load) => load >= 0.8 * even && load <= 1.2 * even)
  await expect.poll(() => platform.loadsOf(pods), waiting).toSatisfy(isEven)
}

/** Every session is as far as what has been published since this was called, and saw it all, once, from one publisher. */
async function expectNothingLost(platform: DnsPlatform): Promise<void> {
  const before = await platform.published()
  const next = new Map(symbols.map((symbol) => [symbol, (before.get(symbol) ?? 0) + 1]))
  const behind = () => platform.sessions.filter((session) => !session.hasReached(next)).length
  await expect.poll(behind, waiting).toBe(0)
  expect(platform.sessions.flatMap(({ faults }) => faults)).toEqual([])
  const epochs = platform.sessions.flatMap(({ seen }) => [...seen.values()].map(({ epoch }) => epoch))
  expect(new Set(epochs).size).toBe(1)
  expect(await platform.publisher.metric('quotewire_publisher_fenced_total')).toBe(0)
  expect(await platform.publisher.metric('quotewire_publisher_shards_held')).toBe(1)
}
