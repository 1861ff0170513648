/** The founding design's gRPC contract, loaded as its two programs use it: by proto-loader, at run time. */
import { join } from 'node:path'
import * as grpc from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'

export interface StreamQuotesRequest {
  readonly action: string
  readonly symbols: readonly string[]
}

export interface StreamQuotesResponse {
  readonly symbol: string
  readonly price: number
  readonly change: number
  readonly change_percent: number
  readonly timestamp: number
  readonly type: string
  readonly message: string
}

type QuotesStream = grpc.ClientDuplexStream<StreamQuotesRequest, StreamQuotesResponse>

export interface MarketDataClient extends grpc.Client {
  StreamQuotes(metadata: grpc.Metadata): QuotesStream
}

interface Contract {
  readonly MarketDataService: {
    readonly service: grpc.ServiceDefinition
    new (address: string, credentials: grpc.ChannelCredentials): MarketDataClient
  }
}

const file = join(import.meta.dirname, 'market_data_service.proto')
const definition = loadSync(file, { keepCase: true, longs: Number, defaults: true })

export const { MarketDataService } = grpc.loadPackageDefinition(definition) as unknown as Contract
