/** Builds the feed that the settings choose; docs/FEEDS.md shows how to add one. Throws a ConfigError for a bad file. */
import { readFileSync } from 'node:fs'
import type { Clock } from '../shared/clock.ts'
import { ConfigError } from '../shared/errors.ts'
import type { Logger } from '../shared/logger.ts'
import type { MarketDataConfig } from './config.ts'
import { ExchangeFeed } from './feeds/exchange-feed.ts'
import type { Feed, OnQuotes } from './feeds/feed.ts'
import { HttpFeed } from './feeds/http-feed.ts'
import { defaultReplayRows, parseReplayCsv } from './feeds/replay-csv.ts'
import { ReplayFeed, type ReplayRow } from './feeds/replay-feed.ts'
import { SimulatedFeed } from './feeds/simulated-feed.ts'
import { YahooProvider } from './feeds/yahoo-provider.ts'
import type { MarketDataMetrics } from './metrics.ts'

export interface CreateFeedOptions {
  readonly config: MarketDataConfig
  readonly clock: Clock
  readonly random: () => number
  readonly logger: Logger
  readonly metrics: MarketDataMetrics
  readonly onQuotes: OnQuotes
}

const builders: Record<MarketDataConfig['FEED'], (options: CreateFeedOptions) => Feed> = {
  replay: createReplayFeed,
  simulated: createSimulatedFeed,
  http: createHttpFeed,
  exchange: createExchangeFeed,
}

export function createFeed(options: CreateFeedOptions): Feed {
  return builders[options.config.FEED](options)
}

/** Read once: a file that changes or goes away later is no reason for the next tenure to fail. */
const replayRows = new WeakMap<MarketDataConfig, readonly ReplayRow[]>()

function createReplayFeed({ config, clock, onQuotes }: CreateFeedOptions): Feed {
  const rows =
    replayRows.get(config) ?? (config.REPLAY_FILE === '' ? defaultReplayRows() : readReplayFile(config.REPLAY_FILE))
  replayRows.set(config, rows)
  return new ReplayFeed({
    clock,
    rows,
    pace: config.REPLAY_PACE,
    stepsPerDate: config.REPLAY_STEPS,
    loop: config.REPLAY_LOOP,
    onQuotes,
  })
}

function readReplayFile(path: string) {
  try {
    return parseReplayCsv(readFileSync(path, 'utf8'), path)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError(`REPLAY_FILE: ${why}. Example: REPLAY_FILE=/data/quotes.csv`, { cause })
  }
}

function createSimulatedFeed({ config, clock, onQuotes }: CreateFeedOptions): Feed {
  return new SimulatedFeed({
    clock,
    symbols: config.SIMULATED_SYMBOLS,
    quotesPerSecond: config.SIMULATED_QUOTES_PER_SECOND,
    seed: config.SIMULATED_SEED,
    onQuotes,
  })
}

function createHttpFeed({ config, clock, random, logger, metrics, onQuotes }: CreateFeedOptions): Feed {
  const baseUrl = config.HTTP_BASE_URL === '' ? {} : { baseUrl: config.HTTP_BASE_URL }
  return new HttpFeed({
    clock,
    random,
    logger,
    provider: new YahooProvider({ logger, wallMs: () => clock.wallMs(), ...baseUrl }),
    symbols: config.HTTP_SYMBOLS,
    onQuotes,
    observer: metrics.httpFeedObserver(),
    pollMs: config.HTTP_POLL_MS,
    closedPollMs: config.HTTP_CLOSED_POLL_MS,
    timeoutMs: config.HTTP_TIMEOUT_MS,
    maxSymbolsPerRequest: config.HTTP_SYMBOLS_PER_REQUEST,
    maxRequests: config.HTTP_REQUESTS,
    emitUnchanged: config.HTTP_EMIT_UNCHANGED,
  })
}

function createExchangeFeed({ config, clock, random, logger, metrics, onQuotes }: CreateFeedOptions): Feed {
  return new ExchangeFeed({
    clock,
    random,
    logger,
    url: config.EXCHANGE_URL,
    products: config.EXCHANGE_PRODUCTS,
    onQuotes,
    observer: metrics.exchangeFeedObserver(),
  })
}
