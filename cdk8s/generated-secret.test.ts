/** The Secret that the chart makes: what upgrades see of the running one, by `lookup`. */
import { expect, test } from 'vitest'
import type { Manifest } from './manifests.ts'
import { ApiServer } from './testing/api-server.ts'
import { describeWithHelm, identity, objectNamed } from './testing/helm.ts'

const name = 'v1 Secret quotewire-secrets'
const keys = ['ADMIN_TOKEN', 'JWT_SECRET', 'REDIS_PASSWORD', 'UPSTREAM_TOKEN']

describeWithHelm('the generated Secret', () => {
  test('has a random value of 48 characters for each key, and stays when the release is uninstalled', async () => {
    await using cluster = await ApiServer.start()
    const [first, second] = [await render(cluster), await render(cluster)]
    expect(Object.keys(plainData(first)).sort()).toEqual(keys)
    const values = [first, second].flatMap((secret) => Object.values(plainData(secret)))
    expect(new Set(values).size).toBe(8)
    for (const value of values) expect(value).toMatch(/^[A-Za-z0-9]{48}$/)
    expect(first.metadata).toMatchObject({ annotations: { 'helm.sh/resource-policy': 'keep' } })
  })

  test('keeps its values at an upgrade', async () => {
    await using cluster = await ApiServer.start()
    const installed = await render(cluster)
    cluster.set(installed)
    expect((await render(cluster)).data).toEqual(installed.data)
  })

  test('keeps what somebody else has put there, and gets the keys that are missing', async () => {
    await using cluster = await ApiServer.start()
    const data = { JWT_SECRET: encoded('of the identity provider'), UPSTREAM_TOKEN: '' }
    cluster.set({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'quotewire-secrets' }, data })
    const { JWT_SECRET, REDIS_PASSWORD, UPSTREAM_TOKEN } = plainData(await render(cluster))
    expect(JWT_SECRET).toBe('of the identity provider')
    for (const value of [REDIS_PASSWORD, UPSTREAM_TOKEN]) expect(value).toMatch(/^[A-Za-z0-9]{48}$/)
  })

  test('survives one without any data', async () => {
    await using cluster = await ApiServer.start()
    cluster.set({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'quotewire-secrets' } })
    expect(Object.keys(plainData(await render(cluster))).sort()).toEqual(keys)
  })

  test('gets a key of another name beside the values that it has', async () => {
    await using cluster = await ApiServer.start()
    const installed = await render(cluster)
    cluster.set(installed)
    const renamed = plainData(await render(cluster, { jwtSecretKey: 'jwt' }))
    const { JWT_SECRET, ...others } = plainData(installed)
    expect(renamed).toEqual({ ...others, jwt: expect.stringMatching(/^[A-Za-z0-9]{48}$/) })
    expect(renamed.jwt).not.toBe(JWT_SECRET)
  })

  test('is not made where there is one of the user', async () => {
    await using cluster = await ApiServer.start()
    const objects = await cluster.render({ auth: { existingSecret: 'mine' } })
    expect(objects.map(identity)).not.toContain(name)
  })
})

async function render(cluster: ApiServer, auth: object = {}): Promise<Manifest> {
  return objectNamed(await cluster.render({ auth: { existingSecret: '', ...auth } }), name)
}

function plainData({ data }: Manifest): Record<string, string> {
  const entries = Object.entries(data as Readonly<Record<string, string>>)
  return Object.fromEntries(entries.map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]))
}

function encoded(text: string): string {
  return Buffer.from(text).toString('base64')
}
