/** The bundles run by themselves: copied to a folder without node_modules, with Node alone. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as grpc from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ApiServer } from '../services/operator/testing/api-server.ts'
import { Child, logged } from '../services/shared/testing/child.ts'

const root = dirname(import.meta.dirname)
const out = mkdtempSync(join(tmpdir(), 'quotewire-build-'))
const secret = 'a secret of the bundle tests, 32+'
// Nobody listens there: what is tested needs no Redis.
const redisUrl = 'redis://127.0.0.1:1'

beforeAll(() => {
  execFileSync(process.execPath, [join(root, 'scripts/build.ts'), out], { cwd: root })
})
afterAll(() => rmSync(out, { recursive: true }))

test('the bundled gateway finds the bundled market-data, is ready and serves the page', async () => {
  await using marketData = run('marketdata', { MARKETDATA_PORT: '0', MARKETDATA_ADMIN_PORT: '0', REDIS_URL: redisUrl })
  const upstream = await marketData.line(logged('serving gRPC', 'port'))
  const settings = { GATEWAY_PORT: '0', GATEWAY_ADMIN_PORT: '0', MARKETDATA_ADDRESSES: `127.0.0.1:${upstream}` }
  await using gateway = run('gateway', settings)
  await gateway.line(logged('upstream ready', 'address'))
  const port = await gateway.line(logged('serving WebSockets', 'port'))
  const page = await (await fetch(`http://127.0.0.1:${port}/`)).text()
  expect(page).toContain('watch.js')
})

test('the bundled publisher brings its own prices', async () => {
  await using publisher = run('marketdata', {
    MARKETDATA_ROLES: 'publish',
    MARKETDATA_ADMIN_PORT: '0',
    REDIS_URL: redisUrl,
  })
  expect(await publisher.line(logged('ready to publish', 'feed'))).toContain('68 dates')
})

test('the bundled market-data answers health checks and, outside production, reflection', async () => {
  await using marketData = run('marketdata', {
    MARKETDATA_PORT: '0',
    MARKETDATA_ADMIN_PORT: '0',
    REDIS_URL: redisUrl,
    NODE_ENV: 'development',
  })
  const port = await marketData.line(logged('serving gRPC', 'port'))
  const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure())
  // An empty HealthCheckRequest; SERVING is field 1 with value 1.
  expect(await unary(client, '/grpc.health.v1.Health/Check', Buffer.alloc(0))).toEqual(Buffer.from([8, 1]))
  const listServices = Buffer.from([0x3a, 0])
  const answer = await firstOf(client, '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo', listServices)
  expect(answer.toString('latin1')).toContain('quotewire.v1.MarketDataService')
  client.close()
})

test('the bundled market-data reads its tiers in the bundled thread', async () => {
  const file = join(out, 'tiers.yaml')
  writeFileSync(file, 'tiers: { default: { symbols: [AAPL] } }')
  await using marketData = run('marketdata', {
    MARKETDATA_PORT: '0',
    MARKETDATA_ADMIN_PORT: '0',
    REDIS_URL: redisUrl,
    TIERS_FILE: file,
  })
  expect(await marketData.line(logged('tiers file loaded', 'digest'))).toMatch(/^[0-9a-f]{64}$/)
})

test('the bundled operator leads, is ready, and builds a platform by the file that it loads for it', async () => {
  await using api = await ApiServer.start()
  const kubeconfig = join(out, 'kubeconfig')
  writeFileSync(kubeconfig, api.kubeconfig)
  const path = '/apis/quotewire.dev/v1alpha1/namespaces/here/quotewireplatforms/blue'
  // The server here knows no server-side apply: what comes of it is a conflict, once the objects are built.
  api.set('/apis/apps/v1/namespaces/here/deployments/blue-quotewire-gateway', {
    metadata: { name: 'blue-quotewire-gateway' },
  })
  api.set(path, { metadata: { name: 'blue', generation: 1 }, spec: { auth: { existingSecret: 'tokens' } } })
  await using operator = run('operator', {
    ...{ KUBECONFIG: kubeconfig, NAMESPACE: 'here', POD_NAME: 'one', PLATFORMS: 'true' },
    ...{ ADMIN_TOKEN: '0123456789abcdef', OPERATOR_ADMIN_PORT: '0' },
  })
  const port = await operator.line(logged('serving health and metrics', 'port'))
  await operator.line(logged('leading', 'identity'))
  expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200)
  const applied = () =>
    api.get<{ status?: { conditions: { message: string }[] } }>(path)?.status?.conditions[0]?.message
  await expect.poll(applied, { timeout: 10_000 }).toContain('Deployment blue-quotewire-gateway is there already')
})

test('a setting that is missing stops the bundle with its name and an example', async () => {
  await using gateway = new Child({ command: process.execPath, args: [join(out, 'gateway/main.js')], cwd: tmpdir() })
  expect(await gateway.line((line) => line)).toMatch(/^JWT_SECRET, .* is required.* Example: JWT_SECRET=/)
  expect(await gateway.exited).toEqual({ code: 1, signal: null })
})

function run(service: 'gateway' | 'marketdata' | 'operator', env: Record<string, string>): Child {
  const args = [join(out, service, 'main.js')]
  return new Child({ command: process.execPath, args, cwd: tmpdir(), env: { JWT_SECRET: secret, ...env } })
}

const raw = (bytes: Buffer) => bytes

async function unary(client: grpc.Client, path: string, request: Buffer): Promise<Buffer | undefined> {
  return await new Promise((resolve, reject) => {
    client.makeUnaryRequest(path, raw, raw, request, (error, response) => (error ? reject(error) : resolve(response)))
  })
}

async function firstOf(client: grpc.Client, path: string, request: Buffer): Promise<Buffer> {
  return await new Promise((resolve, reject) => {
    const call = client.makeBidiStreamRequest(path, raw, raw)
    call.on('data', resolve)
    call.on('error', reject)
    call.write(request)
    call.end()
  })
}
