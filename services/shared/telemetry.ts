/**
 * Owns @opentelemetry/api: spans of short operations. A stream that lives for hours gets none, because a span is only
 * exported when it ends; the histogram grpc_stream_duration_seconds tells of those.
 *
 * Nothing is recorded until an SDK registers itself (README, "Tracing"); until then a span costs a function call.
 */
import { type Attributes, SpanStatusCode, trace } from '@opentelemetry/api'

const tracer = trace.getTracer('quotewire')

export interface Operation {
  end(attributes: Attributes): void
  /** `code`: of the error that ended it. */
  fail(code: string): void
}

export function startOperation(name: string, attributes: Attributes): Operation {
  const span = tracer.startSpan(name, { attributes })
  return {
    end(more) {
      span.setAttributes(more)
      span.end()
    },
    fail(code) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: code })
      span.end()
    },
  }
}
