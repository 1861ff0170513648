/** The watch page in headless Chromium, against what `npm start` runs. Needs Chromium at CHROMIUM or /usr/bin/chromium. */
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { defaultReplayRows } from '../marketdata/feeds/replay-csv.ts'
import { Child } from '../shared/testing/child.ts'
import { freePort } from '../shared/testing/redis-server.ts'

// biome-ignore lint/style/noProcessEnv: where Chromium is differs by system
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
const root = join(import.meta.dirname, '../..')

let browser: Browser
let port: number
const children: Child[] = []

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-gpu'],
  })
  port = await freePort()
}, 60_000)

afterAll(() => browser?.close())
afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
  for (const child of children.splice(0)) await child[Symbol.asyncDispose]()
})

test('with the steps off, three distinct prices of one symbol match the rows of the CSV in order', async () => {
  const { page } = await openPage({ REPLAY_STEPS: '0' })
  const shown = await distinctPrices(page, 'IBM', 3)
  const real = defaultReplayRows()
    .filter(({ symbol }) => symbol === 'IBM')
    .map(({ price }) => price)
  const start = real.findIndex((_price, i) => shown.every((value, k) => real[(i + k) % real.length] === value))
  expect(start, `${shown} among ${real}`).toBeGreaterThanOrEqual(0)
})

test('with the steps on, prices move several times a second', async () => {
  const { page } = await openPage({})
  const startedMs = performance.now()
  await distinctPrices(page, 'IBM', 6)
  // Five moves a second; a page that moved once a second would take five.
  expect(performance.now() - startedMs).toBeLessThan(4_000)
})

test('symbols are added and removed by hand, and kept by a reload', async () => {
  const { page } = await openPage({})
  await page.fill('#symbols', 'NOPE1, bad*symbol')
  await page.press('#symbols', 'Enter')
  await page.waitForSelector('tr[data-symbol="NOPE1"]')
  expect(await page.textContent('#notice')).toContain('bad*symbol')
  await page.click('tr[data-symbol="MSFT"] .remove')
  await page.reload()
  await page.waitForSelector('body[data-state="live"]')
  const symbols = await page.$$eval('tr[data-symbol]', (rows) => rows.map((row) => row.getAttribute('data-symbol')))
  expect(symbols).toEqual(['AAPL', 'AMZN', 'GOOG', 'IBM', 'NOPE1'])
})

test('an open tab survives a restart: the same token connects again and prices move on', async () => {
  const { page, child } = await openPage({})
  await distinctPrices(page, 'AAPL', 2)
  child.kill('SIGTERM')
  expect(await child.exited).toEqual({ code: 0, signal: null })
  await page.waitForSelector('body[data-state="waiting"], body[data-state="connecting"]')
  const { url } = await startDevelopment({})
  await page.waitForSelector('body[data-state="live"]')
  await distinctPrices(page, 'AAPL', 2)
  expect(page.url()).toContain(new URL(url).hash.slice(0, 40))
})

test('a token that is refused is told, and the page does not try again', async () => {
  const { url } = await startDevelopment({})
  const page = await browser.newPage()
  await page.goto(url.replace(/token=.*/, 'token=nonsense'))
  await page.waitForSelector('body[data-state="refused"]')
  expect(await page.textContent('#state')).toMatch(/refused/)
})

async function openPage(settings: Record<string, string>): Promise<{ page: Page; child: Child }> {
  const { child, url } = await startDevelopment(settings)
  const page = await browser.newPage()
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  await page.goto(url)
  await page.waitForSelector('body[data-state="live"]')
  expect(problems).toEqual([])
  return { page, child }
}

/** Runs services/dev/main.ts on this file's port and gives the URL it prints. */
async function startDevelopment(settings: Record<string, string>): Promise<{ child: Child; url: string }> {
  const env = { GATEWAY_PORT: String(port), NODE_ENV: 'development', ...settings }
  const child = new Child({ command: process.execPath, args: ['services/dev/main.ts'], cwd: root, env })
  children.push(child)
  const url = await child.line((line) => /http:\S+#token=\S+/.exec(line)?.[0])
  return { child, url }
}

/** The next prices of a symbol that differ from the one before, as the page shows them. */
async function distinctPrices(page: Page, symbol: string, count: number): Promise<number[]> {
  const prices = await page.evaluate<string[]>(`(${collectInPage})(${JSON.stringify(symbol)}, ${count})`)
  return prices.map(Number)
}

/** Runs in the page, as text: this program has no DOM types. */
const collectInPage = `async (symbol, count) => {
  const row = document.querySelector('tr[data-symbol="' + symbol + '"]')
  const seen = []
  return await new Promise((resolve) => {
    const look = () => {
      const price = row.getAttribute('data-price')
      if (price && price !== seen.at(-1)) seen.push(price)
      if (seen.length < count) return
      observer.disconnect()
      resolve(seen)
    }
    const observer = new MutationObserver(look)
    observer.observe(row, { attributes: true })
    look()
  })
}`
