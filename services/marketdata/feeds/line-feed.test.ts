import { readFileSync } from 'node:fs'
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { ManualClock } from '../../shared/testing/manual-clock.ts'
import type { FeedQuote } from './feed.ts'
import { LineFeed } from './testing/line-feed.ts'

test('the example of docs/FEEDS.md is the file that is compiled and tested here', () => {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
  expect(read('../../../docs/FEEDS.md')).toContain(`\`\`\`ts\n${read('testing/line-feed.ts')}\`\`\`\n`)
})

test('lines become quotes, bad lines are counted, and nothing follows stop', async () => {
  const clock = new ManualClock()
  const input = new PassThrough()
  const quotes: FeedQuote[] = []
  let badLines = 0
  const stopped = Promise.withResolvers<void>()
  const feed: LineFeed = new LineFeed({
    clock,
    input,
    onQuotes: (batch) => {
      quotes.push(...batch)
      if (quotes.length < 2) return
      feed.stop()
      input.once('close', stopped.resolve)
    },
    onBadLine: () => badLines++,
  })
  await feed.run()
  input.write('{"symbol":"AAPL","price":150.25}\n{\n{"symbol":"a b","price":1}\n')
  input.write('{"symbol":"IBM","price":2}\n{"symbol":"IBM","price":3}\n{\n')
  await stopped.promise
  const timestampMs = clock.wallMs()
  expect(quotes).toEqual([
    { symbol: 'AAPL', price: 150.25, timestampMs },
    { symbol: 'IBM', price: 2, timestampMs },
  ])
  expect(badLines).toBe(2)
})
