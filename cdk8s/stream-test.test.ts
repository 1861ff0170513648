/** The script of `helm test`, as its pod runs it, against a real gateway. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LocalPlatform } from '../services/dev/testing/local-platform.ts'
import { secret } from '../services/dev/testing/platform.ts'
import { Child } from '../services/shared/testing/child.ts'

describe('the script of helm test', () => {
  let platform: LocalPlatform
  beforeAll(async () => {
    platform = await LocalPlatform.start()
  })
  afterAll(() => platform[Symbol.asyncDispose]())

  test('ends well once a quote has come', async () => {
    await using child = streamTest({})
    await child.line((line) => (line.includes('"subscribed"') ? line : undefined))
    platform.publish('AAPL', { price: 150.25 })
    await child.line((line) => (/^AAPL is 150\.25/.test(line) ? line : undefined))
    expect(await child.exited).toEqual({ code: 0, signal: null })
  })

  test('says that its token was refused, without waiting', async () => {
    await using child = streamTest({ JWT_SECRET: 'another secret than that of the gateway' })
    await child.line((line) => (/^closed with 4500/.test(line) ? line : undefined))
    expect(await child.exited).toEqual({ code: 1, signal: null })
  })

  test('fails where nobody publishes the symbol, and says what came last', async () => {
    await using child = streamTest({ SYMBOL: 'NONE', TIMEOUT_MS: '1000' })
    await child.line((line) => (/^no quote of NONE within 1000 ms: .*subscribed/.test(line) ? line : undefined))
    expect(await child.exited).toEqual({ code: 1, signal: null })
  })

  function streamTest(env: Readonly<Record<string, string>>): Child {
    const GATEWAY_URL = `ws://127.0.0.1:${platform.gateway.port}/ws`
    return new Child({
      command: process.execPath,
      args: [join(import.meta.dirname, 'chart/stream-test.mjs')],
      env: { GATEWAY_URL, SYMBOL: 'AAPL', TIMEOUT_MS: '10000', JWT_SECRET: secret, ...env },
    })
  }
})
