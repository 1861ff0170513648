import { expect, test } from 'vitest'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { GatewayPods } from './gateway-pods.ts'
import { GatewayStub } from './testing/gateway-stub.ts'

test('what a pod says is told until it is ten seconds old', async () => {
  await using stub = await GatewayStub.start()
  const { gateways, clock } = ask(stub)
  stub.sessions = 12
  const pod = stub.pod('a')
  expect(gateways.told('uid-a', 'connections')).toBeUndefined()
  await gateways.poll([pod])
  expect(gateways.told('uid-a', 'connections')).toEqual({ connections: 12, load: 12, isDraining: false })
  clock.advance(10_000)
  expect(gateways.told('uid-a', 'connections')).toBeDefined()
  clock.advance(1)
  expect(gateways.told('uid-a', 'connections')).toBeUndefined()
})

test('deliveries a second over five seconds or more, and none over a restart', async () => {
  await using stub = await GatewayStub.start()
  const { gateways, clock } = ask(stub)
  const pod = stub.pod('a')
  await gateways.poll([pod])
  expect(gateways.told('uid-a', 'deliveries')).toMatchObject({ load: undefined, isDraining: false })
  stub.deliveries = 3_000
  // A burst between two looks that are close is no rate.
  clock.advance(10)
  await gateways.poll([pod])
  expect(gateways.told('uid-a', 'deliveries')).toMatchObject({ load: undefined, isDraining: false })
  stub.deliveries = 7_500
  clock.advance(4_990)
  await gateways.poll([pod])
  expect(gateways.told('uid-a', 'deliveries')).toMatchObject({ load: 1_500 })
  stub.deliveries = 9_000
  clock.advance(100)
  await gateways.poll([pod])
  expect(gateways.told('uid-a', 'deliveries')).toMatchObject({ load: 1_500 })
  stub.deliveries = 10
  clock.advance(2_000)
  await gateways.poll([pod])
  expect(gateways.told('uid-a', 'deliveries')).toMatchObject({ load: undefined, isDraining: false })
})

test('why a pod does not answer is told, and what it said before still counts', async () => {
  await using stub = await GatewayStub.start()
  const { gateways, clock } = ask(stub)
  const pod = stub.pod('a')
  await gateways.poll([pod])
  for (const [answer, why] of [
    ['{"held":false}', 'sessions'],
    ['no json', 'JSON'],
    ['x'.repeat(200_000), 'over 131072 characters'],
  ] as const) {
    stub.answersWith = answer
    await gateways.poll([pod])
    expect(gateways.failure('uid-a')).toContain(why)
  }
  clock.advance(5_000)
  expect(gateways.told('uid-a', 'connections')).toBeDefined()
  stub.answersWith = undefined
  await gateways.poll([pod])
  expect(gateways.failure('uid-a')).toBeUndefined()
  const stranger = new GatewayPods({ token: 'another-token-that-is-wrong', clock })
  await stranger.poll([pod])
  expect(stranger.failure('uid-a')).toBe('GET /load: 401 {"error":"missing or wrong ADMIN_TOKEN"}')
})

test('pods without an address or an admin port fail by name', async () => {
  const { gateways } = ask({ token: 'x' })
  const spec = { containers: [] }
  await gateways.poll([
    { metadata: { name: 'a', uid: 'a' }, spec },
    { metadata: { name: 'b', uid: 'b' }, spec, status: { podIP: '127.0.0.1' } },
  ])
  expect(gateways.failure('a')).toBe('a has no address yet')
  expect(gateways.failure('b')).toBe('b has no port named admin')
})

test('a drain is renewed every 15 s, at once where somebody has ended it, and known at once', async () => {
  await using stub = await GatewayStub.start()
  const { gateways, clock } = ask(stub)
  const pod = stub.pod('a')
  await gateways.poll([pod])
  await gateways.drain(pod, 5_000)
  expect(gateways.told('uid-a', 'connections')).toMatchObject({ isDraining: true })
  clock.advance(14_000)
  await gateways.poll([pod])
  await gateways.drain(pod, 5_000)
  expect(stub.orders).toEqual(['POST /drain {"windowMs":5000,"leaseMs":60000}'])
  clock.advance(1_000)
  await gateways.drain(pod, 5_000)
  expect(stub.orders).toHaveLength(2)
  stub.held = false
  await gateways.poll([pod])
  await gateways.drain(pod, 5_000)
  expect(stub.orders).toHaveLength(3)
  await gateways.release(pod)
  expect(stub.orders.at(-1)).toBe('DELETE /drain')
  expect(gateways.told('uid-a', 'connections')).toMatchObject({ isDraining: false })
})

test('pods that are gone are forgotten', async () => {
  await using stub = await GatewayStub.start()
  const { gateways } = ask(stub)
  await gateways.poll([stub.pod('a'), stub.pod('b')])
  gateways.keepOnly(new Set(['uid-b']))
  expect(gateways.told('uid-a', 'connections')).toBeUndefined()
  expect(gateways.told('uid-b', 'connections')).toBeDefined()
})

function ask({ token }: { readonly token: string }) {
  const clock = new ManualClock()
  return { clock, gateways: new GatewayPods({ token, clock }) }
}
