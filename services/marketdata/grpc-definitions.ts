/**
 * Method tables of the gRPC server. Stream responses are bytes that were encoded once for every stream; all else goes
 * through the generated codecs.
 */
import type { ServiceDefinition } from '@grpc/grpc-js'
import { quotewire } from '../shared/protobuf.ts'

interface Codec<T> {
  encode(message: T): { finish(): Uint8Array }
  decode(bytes: Uint8Array): T
}

function method<Request, Response>(
  path: string,
  request: Codec<Request>,
  response: Codec<Response> | 'bytes',
  isStream: boolean,
) {
  return {
    path,
    requestStream: isStream,
    responseStream: isStream,
    requestSerialize: (message: Request) => request.encode(message).finish() as Buffer,
    requestDeserialize: (bytes: Buffer) => request.decode(bytes),
    // Streams write what was encoded once for all of them.
    responseSerialize:
      response === 'bytes'
        ? (bytes: Uint8Array) => bytes as Buffer
        : (message: Response) => response.encode(message).finish() as Buffer,
    responseDeserialize: (bytes: Buffer) => (response === 'bytes' ? bytes : response.decode(bytes)),
  }
}

/** The same methods under `prefix`; the founding contract prints no package. */
export function marketDataDefinition(prefix: string): ServiceDefinition {
  const v1 = quotewire.v1
  return {
    getMarketData: method(`${prefix}/GetMarketData`, v1.GetMarketDataRequest, v1.GetMarketDataResponse, false),
    getBatchMarketData: method(
      `${prefix}/GetBatchMarketData`,
      v1.GetBatchMarketDataRequest,
      v1.GetBatchMarketDataResponse,
      false,
    ),
    streamQuotes: method(`${prefix}/StreamQuotes`, v1.StreamQuotesRequest, 'bytes', true),
  } as ServiceDefinition
}

export function gatewayDefinition(): ServiceDefinition {
  const [prefix, v1] = ['/quotewire.v1.GatewayService', quotewire.v1]
  return {
    streamQuoteBatches: method(`${prefix}/StreamQuoteBatches`, v1.QuoteBatchRequest, 'bytes', true),
    authorize: method(`${prefix}/Authorize`, v1.AuthorizeRequest, v1.AuthorizeResponse, false),
    resolveTiers: method(`${prefix}/ResolveTiers`, v1.ResolveTiersRequest, v1.ResolveTiersResponse, false),
    checkSymbols: method(`${prefix}/CheckSymbols`, v1.CheckSymbolsRequest, v1.CheckSymbolsResponse, false),
  } as ServiceDefinition
}
