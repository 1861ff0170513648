import { expect, test, vi } from 'vitest'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { silentLogger } from '../shared/testing/silent-logger.ts'
import type { ClusterObject } from './cluster.ts'
import { Informer } from './informer.ts'
import { ApiServer } from './testing/api-server.ts'

const folder = '/api/v1/namespaces/here/pods'
const relistMs = 60_000

test('lists, then follows what is added, changed and deleted', async () => {
  await using api = await ApiServer.start()
  api.set(`${folder}/a`, pod('a'))
  using informed = await follow(api)
  expect(informed.names()).toEqual(['a'])
  api.set(`${folder}/b`, pod('b'))
  api.set(`${folder}/a`, pod('a', 'changed'))
  await expect.poll(informed.labels).toEqual({ a: 'changed', b: '' })
  api.delete(`${folder}/a`)
  await expect.poll(informed.names).toEqual(['b'])
})

test.each(['end', 'cut', 'error'] as const)('a watch that is broken (%s) misses nothing', async (how) => {
  await using api = await ApiServer.start()
  using informed = await follow(api)
  await expect.poll(() => api.watches).toBe(1)
  api.breakWatches(how)
  await expect.poll(() => api.watches).toBe(0)
  api.set(`${folder}/a`, pod('a'))
  await informed.goesOn(() => expect(informed.names()).toEqual(['a']))
  api.set(`${folder}/b`, pod('b'))
  await informed.goesOn(() => expect(informed.names()).toEqual(['a', 'b']))
})

test('a version that is gone (410), errors and refusals of list and watch: it lists again', async () => {
  await using api = await ApiServer.start()
  using informed = await follow(api)
  await expect.poll(() => api.watches).toBe(1)
  api.set(`${folder}/a`, pod('a'))
  await expect.poll(informed.names).toEqual(['a'])
  api.oldestVersion = api.version + 1
  api.failures.push(500, 403, 429, 500)
  api.breakWatches('end')
  await informed.goesOn(() => expect(api.failures).toEqual([]))
  expect(informed.names()).toEqual(['a'])
  api.oldestVersion = 0
  api.set(`${folder}/b`, pod('b'))
  await informed.goesOn(() => expect(informed.names()).toEqual(['a', 'b']))
  expect(informed.restarts()).toBeGreaterThanOrEqual(4)
})

test('a first list that fails is tried until it succeeds', async () => {
  await using api = await ApiServer.start()
  api.failures.push(503, 503)
  api.set(`${folder}/a`, pod('a'))
  const clock = new ManualClock()
  const informer = new Informer(options(api, clock, () => {}))
  let isSynced = false
  void informer.run().then(() => {
    isSynced = true
  })
  await vi.waitFor(() => {
    clock.advance(1_000)
    expect(isSynced).toBe(true)
  }, 10_000)
  expect(informer.items).toHaveLength(1)
  informer.stop()
  expect(clock.pending).toBe(0)
})

test('what a watch kept to itself is found by the next periodic list', async () => {
  await using api = await ApiServer.start()
  api.set(`${folder}/a`, pod('a'))
  using informed = await follow(api)
  api.quietly(() => {
    api.delete(`${folder}/a`)
    api.set(`${folder}/b`, pod('b'))
  })
  expect(informed.names()).toEqual(['a'])
  informed.clock.advance(relistMs)
  await expect.poll(informed.names).toEqual(['b'])
})

test('stop ends the watch and leaves no timer', async () => {
  await using api = await ApiServer.start()
  const informed = await follow(api)
  await expect.poll(() => api.watches).toBe(1)
  informed[Symbol.dispose]()
  await expect.poll(() => api.watches).toBe(0)
  expect(informed.clock.pending).toBe(0)
})

function pod(name: string, label = '') {
  return { metadata: { name, namespace: 'here', labels: { label } } }
}

function options(api: ApiServer, clock: ManualClock, onRestart: () => void) {
  const common = { clock, random: () => 0.5, logger: silentLogger, onChange: () => {}, onRestart }
  return { cluster: api.cluster, path: folder, relistMs, ...common }
}

async function follow(api: ApiServer) {
  const clock = new ManualClock()
  let restarts = 0
  const informer = new Informer<ClusterObject>(options(api, clock, () => restarts++))
  await informer.run()
  const names = () => informer.items.map(({ metadata }) => metadata.name).toSorted()
  return {
    clock,
    names,
    restarts: () => restarts,
    labels: () => Object.fromEntries(informer.items.map(({ metadata }) => [metadata.name, metadata.labels?.label])),
    /** Time passes, less than until the next periodic list, while what is on its way arrives. */
    goesOn: async (check: () => void) =>
      await vi.waitFor(
        () => {
          clock.advance(200)
          check()
        },
        { timeout: 10_000 },
      ),
    [Symbol.dispose]: () => informer.stop(),
  }
}
