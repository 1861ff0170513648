import { SpanStatusCode, trace } from '@opentelemetry/api'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { afterAll, expect, test } from 'vitest'
import { startOperation } from './telemetry.ts'

const exporter = new InMemorySpanExporter()
afterAll(() => trace.disable())

test('without an SDK an operation is nothing, and with one it is exported when it ends', () => {
  startOperation('unseen', {}).end({})
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }))
  const operation = startOperation('subscribe', { user_id: 'ann', symbols: ['AAPL'] })
  expect(exporter.getFinishedSpans()).toEqual([])
  operation.end({ rejected: 0 })
  const [span, ...more] = exporter.getFinishedSpans()
  expect(span).toMatchObject({ name: 'subscribe', attributes: { user_id: 'ann', symbols: ['AAPL'], rejected: 0 } })
  expect(more).toEqual([])
})

test('a failed operation carries its code', () => {
  startOperation('subscribe', {}).fail('withdrawn')
  expect(exporter.getFinishedSpans().at(-1)?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'withdrawn' })
})
