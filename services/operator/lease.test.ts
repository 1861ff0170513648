import { expect, test, vi } from 'vitest'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { silentLogger } from '../shared/testing/silent-logger.ts'
import { LeaseElection, leaseMs, renewWithinMs, retryMs } from './lease.ts'
import { ApiServer } from './testing/api-server.ts'

const path = '/apis/coordination.k8s.io/v1/namespaces/here/leases/operator'

interface Lease {
  readonly spec: { readonly holderIdentity: string; readonly leaseTransitions: number }
}

test('of two that begin together one leads, and goes on doing so', async () => {
  await using api = await ApiServer.start()
  const [a, b] = [member(api, 'a'), member(api, 'b')]
  a.election.run()
  b.election.run()
  await expect.poll(() => [a.election.isLeading, b.election.isLeading].filter(Boolean)).toHaveLength(1)
  const leader = a.election.isLeading ? a : b
  for (let i = 0; i < 30; i++) await pass(api, [a, b], retryMs)
  expect(leader.election.isLeading).toBe(true)
  expect([a, b].flatMap(({ log }) => log)).toEqual(['leading'])
  expect(api.get<Lease>(path)?.spec.leaseTransitions).toBe(1)
  await stopAll(a, b)
})

test('after the leader has died another leads within its duration and two looks, and not before its own time is over', async () => {
  await using api = await ApiServer.start()
  const [a, b] = [member(api, 'a'), member(api, 'b')]
  a.election.run()
  await expect.poll(() => a.election.isLeading).toBe(true)
  b.election.run()
  await pass(api, [a, b], retryMs)
  // From here on `a` does nothing more: its clock stands still for it, and goes on for its judgement.
  let waitedMs = 0
  while (!b.election.isLeading) {
    await pass(api, [b], retryMs)
    waitedMs += retryMs
    expect(waitedMs).toBeLessThanOrEqual(leaseMs + 2 * retryMs)
  }
  expect(waitedMs).toBeGreaterThanOrEqual(renewWithinMs)
  expect(api.get<Lease>(path)?.spec).toMatchObject({ holderIdentity: 'b', leaseTransitions: 2 })
  await stopAll(a, b)
})

test('who cannot renew stops leading before anybody else can, and may lead again', async () => {
  await using api = await ApiServer.start()
  const a = member(api, 'a')
  a.election.run()
  await expect.poll(() => a.election.isLeading).toBe(true)
  api.failures.push(...Array.from({ length: 4 }, () => 500))
  for (let ms = 0; ms < renewWithinMs; ms += retryMs) await pass(api, [a], retryMs)
  expect(a.election.isLeading).toBe(false)
  expect(a.log).toEqual(['leading', 'lost'])
  await vi.waitFor(() => {
    a.clock.advance(retryMs)
    expect(a.election.isLeading).toBe(true)
  })
  await stopAll(a)
})

test('a silent API server: the leader is none when its time is over, though no answer has come', async () => {
  await using api = await ApiServer.start()
  const a = member(api, 'a')
  a.election.run()
  await expect.poll(() => a.election.isLeading).toBe(true)
  api.isSilent = true
  a.clock.advance(retryMs)
  await expect.poll(() => api.requests.at(-1)).toBe(`GET ${path}`)
  a.clock.advance(renewWithinMs)
  expect(a.election.isLeading).toBe(false)
  expect(a.log).toEqual(['leading', 'lost'])
})

test('stop gives the Lease away: the next one need not wait', async () => {
  await using api = await ApiServer.start()
  const [a, b] = [member(api, 'a'), member(api, 'b')]
  a.election.run()
  await expect.poll(() => a.election.isLeading).toBe(true)
  b.election.run()
  await pass(api, [b], retryMs)
  await a.election.stop()
  expect(a.log).toEqual(['leading', 'lost'])
  await pass(api, [b], retryMs)
  await expect.poll(() => b.election.isLeading).toBe(true)
  expect(a.clock.pending).toBe(0)
  await stopAll(b)
})

function member(api: ApiServer, identity: string) {
  const clock = new ManualClock()
  const log: string[] = []
  const election = new LeaseElection({
    ...{ cluster: api.cluster, namespace: 'here', name: 'operator', identity, clock, logger: silentLogger },
    onLeading: () => log.push('leading'),
    onLost: () => log.push('lost'),
  })
  return { clock, election, log }
}

type Member = ReturnType<typeof member>

/** Time passes for these, and what they asked is answered. */
async function pass(api: ApiServer, members: readonly Member[], ms: number): Promise<void> {
  const asked = api.requests.length
  for (const { clock } of members) clock.advance(ms)
  await expect.poll(() => api.requests.length).toBeGreaterThanOrEqual(asked + members.length)
  // The next look is planned once the last one is over; a leader has the end of its time besides.
  const isOver = ({ clock, election }: Member) => clock.pending === (election.isLeading ? 2 : 1)
  await expect.poll(() => members.every(isOver)).toBe(true)
}

async function stopAll(...members: readonly Member[]): Promise<void> {
  for (const { election } of members) await election.stop()
}
