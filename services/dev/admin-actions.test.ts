/** What an operator does to a gateway over its admin port, and what browsers notice of it. */
import { expect, test } from 'vitest'
import { Browser } from './testing/browser.ts'
import { LocalPlatform } from './testing/local-platform.ts'
import { tokenOf } from './testing/platform.ts'

const adminToken = 'the-admin-token-of-the-tests'

test('without ADMIN_TOKEN the paths are not there', async () => {
  await using platform = await LocalPlatform.start()
  for (const path of ['/load', '/tiers', '/drain', '/shed']) {
    const response = await fetch(`http://127.0.0.1:${platform.gateway.adminPort}${path}`, {
      method: 'POST',
      body: '{}',
    })
    expect(response.status).toBe(404)
  }
  expect(await platform.readyz()).toBe(200)
})

test('a drain by lease: not ready, everybody told and closed with 4000 (rule 11), and in service again after the release', async () => {
  await using platform = await start()
  const browsers = [await connect(platform, 'ann'), await connect(platform, 'ben'), await connect(platform, 'cid')]
  expect(await ask(platform, 'POST', '/drain', { waitMs: 0, windowMs: 0 })).toMatchObject({ held: true, sessions: 3 })
  expect(await platform.readyz()).toBe(503)
  for (const browser of browsers) {
    const { afterMs } = await browser.message(({ type }) => type === 'reconnect')
    expect(afterMs).toBeLessThanOrEqual(1_000)
    expect(await browser.closed).toMatchObject({ code: 4000 })
  }
  await expect.poll(async () => await ask(platform, 'GET', '/drain')).toMatchObject({ held: true, sessions: 0 })
  expect(await ask(platform, 'DELETE', '/drain')).toMatchObject({ held: false })
  expect(await platform.readyz()).toBe(200)
  await using _ = await connect(platform, 'ann')
})

test('the load: connections, and deliveries that grow', async () => {
  await using platform = await start()
  await using browser = await connect(platform, 'ann')
  await browser.subscribe('AAPL')
  expect(await ask(platform, 'GET', '/load')).toMatchObject({ held: false, sessions: 1, deliveries: 0 })
  platform.publish('AAPL', { price: 150.25, timestamp: '2025-10-27T10:30:00Z' })
  await browser.message(({ type }) => type === 'quote')
  expect(await ask(platform, 'GET', '/load')).toMatchObject({ deliveries: 1 })
})

test('sessions by their tier', async () => {
  await using platform = await start()
  await using _ = await connect(platform, 'ann')
  await using __ = await connect(platform, 'ben')
  expect(await ask(platform, 'GET', '/tiers')).toEqual({ sessions: { basic: 2 } })
})

test('a lease that nobody renews runs out, and who has not left stays', async () => {
  await using platform = await start()
  await using browser = await connect(platform, 'ann')
  await ask(platform, 'POST', '/drain', { waitMs: 0, windowMs: 3_600_000, leaseMs: 1_000 })
  expect(await platform.readyz()).toBe(503)
  await expect.poll(async () => await platform.readyz(), { timeout: 10_000 }).toBe(200)
  await browser.roundTrip()
})

test('shed moves as many as it says', async () => {
  await using platform = await start()
  const browsers = [await connect(platform, 'ann'), await connect(platform, 'ben'), await connect(platform, 'cid')]
  expect(await ask(platform, 'POST', '/shed', { sessions: 2, overMs: 0 })).toMatchObject({ shed: 2 })
  const codes: number[] = []
  for (const { closed } of browsers) void closed.then(({ code }) => codes.push(code))
  await expect.poll(() => codes).toEqual([4000, 4000])
  await expect.poll(async () => await ask(platform, 'GET', '/drain')).toMatchObject({ held: false, sessions: 1 })
})

async function start(): Promise<LocalPlatform> {
  return await LocalPlatform.start({ ADMIN_TOKEN: adminToken })
}

async function connect(platform: LocalPlatform, user: string): Promise<Browser> {
  return await Browser.connect(platform.gateway.port, tokenOf(user))
}

async function ask(platform: LocalPlatform, method: string, path: string, body?: object): Promise<unknown> {
  const headers = { authorization: `Bearer ${adminToken}` }
  const content = body && { body: JSON.stringify(body) }
  const response = await fetch(`http://127.0.0.1:${platform.gateway.adminPort}${path}`, { method, headers, ...content })
  expect(response.status).toBe(200)
  return await response.json()
}
