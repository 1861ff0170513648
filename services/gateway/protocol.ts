/**
 * The WebSocket protocol as data: client messages in, JSON texts out. No state, no I/O. Rules: docs/PROTOCOL.md.
 *
 * In:  any text a client may send. It is never trusted, and echoed only as a string of at most 64 characters.
 * Out: a ClientMessage or a RequestError; for each server message its JSON, the founding design's keys first.
 * Bound: of a message only that is kept which its requests need: values nested in it take twenty times their text.
 */
import type { Gap } from '../shared/continuity.ts'
import { RequestError, type RequestErrorCode, type SessionClose } from '../shared/errors.ts'
import { isSymbol, symbolRule } from '../shared/symbol.ts'
import type { Quote } from './quote.ts'
import type { Terms } from './terms.ts'

export interface SubscribeMessage {
  readonly type: 'subscribe'
  readonly id: Id
  readonly symbols: SymbolEntries
  /** Updates a second and symbol; null: as many as the tier allows; undefined: as it is. */
  readonly maxRate: number | null | undefined
  /** What the client has of some of these symbols, so that it is not sent again. */
  readonly since: ReadonlyMap<string, { readonly epoch: number; readonly seq: number }>
}

export type ClientMessage =
  | SubscribeMessage
  | { readonly type: 'unsubscribe'; readonly id: Id; readonly symbols: SymbolEntries }
  | { readonly type: 'auth'; readonly id: Id; readonly token: string }
  | { readonly type: 'ping'; readonly id: Id }

/** In the order of the message; undefined: what stood there is not a well-formed symbol. */
export type SymbolEntries = readonly (string | undefined)[]

/** What the client chose to tell its requests apart; undefined where it gave none or one too long to echo. */
export type Id = string | number | undefined

/** A symbol that was not taken; by `index` in the request where it is not even well-formed. */
export type Rejection = { readonly code: string; readonly message: string; readonly retryAfterMs?: number } & (
  | { readonly symbol: string }
  | { readonly index: number }
)

export const maxSymbolsPerMessage = 1_000
const longestEcho = 64
const leastRate = 0.01
const mostRate = 1_000
const noPositions: SubscribeMessage['since'] = new Map()
const sinceRule = `since is an object of at most ${maxSymbolsPerMessage} symbols, each with an epoch and a seq`

/** Throws a RequestError; `idOf` finds the id to answer with. */
export function parseClientMessage(text: string): ClientMessage {
  const message = parseObject(text)
  const id = readId(message.id)
  switch (message.type) {
    case 'subscribe': {
      const [maxRate, all] = [readMaxRate(message.maxRate, id), readSince(message.since, id)]
      const symbols = readSymbolList(message.symbols, id)
      return { type: 'subscribe', id, symbols, maxRate, since: positionsOf(symbols, all) }
    }
    case 'unsubscribe':
      return { type: 'unsubscribe', id, symbols: readSymbolList(message.symbols, id) }
    case 'auth':
      if (typeof message.token !== 'string') throw bad('auth needs a token, a string', id)
      return { type: 'auth', id, token: message.token }
    case 'ping':
      return { type: 'ping', id }
    default:
      throw new ProtocolError('unknown_type', `unknown type ${echo(message.type)}`, id)
  }
}

/** A RequestError that knows which request it answers. */
export class ProtocolError extends RequestError {
  readonly id: Id

  constructor(code: RequestErrorCode, message: string, id: Id) {
    super(code, message)
    this.id = id
  }
}

export interface SortedSymbols {
  /** Well-formed, each once, in order. */
  readonly symbols: string[]
  readonly rejected: Rejection[]
}

export function sortSymbols(entries: SymbolEntries): SortedSymbols {
  const symbols = new Set<string>()
  const rejected: Rejection[] = []
  entries.forEach((entry, index) => {
    if (entry !== undefined) symbols.add(entry)
    else rejected.push({ index, code: 'bad_symbol', message: symbolRule })
  })
  return { symbols: [...symbols], rejected }
}

interface Fields {
  readonly type?: unknown
  readonly id?: unknown
  readonly symbols?: unknown
  readonly token?: unknown
  readonly maxRate?: unknown
  readonly since?: unknown
}

function parseObject(text: string): Fields {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new ProtocolError('bad_json', 'not JSON', undefined)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ProtocolError('bad_message', 'a message is a JSON object with a type', undefined)
  }
  return value as Fields
}

function readSymbolList(symbols: unknown, id: Id): SymbolEntries {
  if (!Array.isArray(symbols)) throw bad('symbols must be an array of strings', id)
  if (symbols.length > maxSymbolsPerMessage) {
    throw new ProtocolError(
      'too_many_symbols',
      `${symbols.length} symbols in one message; at most ${maxSymbolsPerMessage}`,
      id,
    )
  }
  return symbols.map((entry) => (typeof entry === 'string' && isSymbol(entry) ? entry : undefined))
}

function readMaxRate(maxRate: unknown, id: Id): number | null | undefined {
  if (maxRate === undefined || maxRate === null) return maxRate
  if (typeof maxRate === 'number' && maxRate >= leastRate && maxRate <= mostRate) return maxRate
  throw bad(`maxRate is a number of updates a second, ${leastRate} to ${mostRate}`, id)
}

function readSince(since: unknown, id: Id): SubscribeMessage['since'] {
  if (since === undefined) return noPositions
  if (typeof since !== 'object' || since === null || Array.isArray(since)) throw bad(sinceRule, id)
  const entries = Object.entries(since)
  if (entries.length > maxSymbolsPerMessage) throw bad(sinceRule, id)
  return new Map(
    entries.map(([symbol, position]) => {
      const { epoch, seq } = (position ?? {}) as { epoch?: unknown; seq?: unknown }
      if (!Number.isSafeInteger(epoch) || !Number.isSafeInteger(seq)) throw bad(sinceRule, id)
      return [symbol, { epoch: epoch as number, seq: seq as number }]
    }),
  )
}

function positionsOf(symbols: SymbolEntries, all: SubscribeMessage['since']): SubscribeMessage['since'] {
  if (all.size === 0) return noPositions
  const asked = new Set(symbols)
  return new Map([...all].filter(([symbol]) => asked.has(symbol)))
}

function readId(id: unknown): Id {
  if (typeof id === 'number') return Number.isFinite(id) ? id : undefined
  return typeof id === 'string' && id.length <= longestEcho ? id : undefined
}

function echo(value: unknown): string {
  return typeof value === 'string' && value.length <= longestEcho ? JSON.stringify(value) : 'of another kind'
}

function bad(message: string, id: Id): ProtocolError {
  return new ProtocolError('bad_message', message, id)
}

export interface ConnectedFields {
  readonly connectionId: string
  readonly serverTime: string
  readonly heartbeatMs: number
  readonly messageBytes: number
  readonly terms: Terms
}

export function connectedJson({ connectionId, serverTime, heartbeatMs, messageBytes, terms }: ConnectedFields): string {
  const shown = { connectionId, serverTime, heartbeatMs, ...termsFields(terms, messageBytes) }
  return JSON.stringify({ type: 'connected', ...shown })
}

/** The rules of the user's tier changed. */
export function tierJson(terms: Terms, messageBytes: number): string {
  return JSON.stringify({ type: 'tier', ...termsFields(terms, messageBytes) })
}

function termsFields({ tier, pace, limits }: Terms, messageBytes: number) {
  const { symbols, connections, messagesPerSecond } = limits
  return {
    tier,
    limits: { symbols, symbolsPerMessage: maxSymbolsPerMessage, messageBytes, connections, messagesPerSecond },
    ...(pace.delayMs > 0 ? { delayMs: pace.delayMs } : {}),
    ...(pace.intervalMs > 0 ? { minIntervalMs: pace.intervalMs } : {}),
  }
}

export interface Ack {
  readonly id: Id
  readonly symbols: readonly string[]
  readonly rejected: readonly Rejection[]
  /** Symbols the session holds now. */
  readonly active: number
  /** Where no request was answered: the tier's rules changed. */
  readonly reason?: 'entitlement'
}

export function ackJson(type: 'subscribed' | 'unsubscribed', ack: Ack): string {
  return JSON.stringify({ type, ...ack })
}

/** Undefined keys are left out. A symbol needs no escaping, by its pattern, and all numbers are finite. */
export function quoteJson(quote: Quote, { snapshot, delayed }: { snapshot: boolean; delayed: boolean }): string {
  const { symbol, price, timestampMs, change, changePercent, seq, epoch, bid, ask, volume } = quote
  let json = `{"type":"quote","symbol":"${symbol}","price":${price},"timestamp":"${new Date(timestampMs).toISOString()}"`
  if (change !== undefined) json += `,"change":${change}`
  if (changePercent !== undefined) json += `,"changePercent":${changePercent}`
  if (seq !== undefined) json += `,"seq":${seq},"epoch":${epoch}`
  if (bid !== undefined) json += `,"bid":${bid}`
  if (ask !== undefined) json += `,"ask":${ask}`
  if (volume !== undefined) json += `,"volume":${volume}`
  if (snapshot) json += ',"snapshot":true'
  return delayed ? `${json},"delayed":true}` : `${json}}`
}

export function gapJson(symbol: string, { epoch, fromSeq, toSeq }: Gap): string {
  return JSON.stringify({ type: 'gap', symbol, epoch, fromSeq, toSeq })
}

export function staleJson(news: 'stale' | 'fresh', symbols: readonly string[]): string {
  return JSON.stringify({ type: news, symbols })
}

export function errorJson(error: RequestError, id: Id): string {
  return JSON.stringify({ type: 'error', code: error.code, message: error.message, id })
}

/** The founding design's `{"error":"service_unavailable"}`, with our keys after it. */
export function unavailableJson(id: Id): string {
  const message = 'market data is not available at the moment'
  return JSON.stringify({ error: 'service_unavailable', type: 'error', code: 'service_unavailable', message, id })
}

/** What a session is told before it is closed. */
export function closeJson({ code, message, retryAfterMs }: SessionClose): string {
  return JSON.stringify({ error: code, type: 'error', code, message, retryAfterMs })
}

export function reconnectJson(afterMs: number): string {
  return JSON.stringify({ type: 'reconnect', afterMs })
}

export function tokenExpiringJson(expiresAtMs: number, inMs: number): string {
  return JSON.stringify({ type: 'token_expiring', expiresAt: new Date(expiresAtMs).toISOString(), inMs })
}

export function authenticatedJson(id: Id, tier: string, expiresAtMs: number | undefined): string {
  const expiresAt = expiresAtMs === undefined ? undefined : new Date(expiresAtMs).toISOString()
  return JSON.stringify({ type: 'authenticated', id, tier, expiresAt })
}

export function pongJson(id: Id): string {
  return JSON.stringify({ type: 'pong', id })
}

/** To a client that does not read: it gets the newest quotes only, and is closed unless it reads on. */
export function slowJson(behindMs: number, closesInMs: number): string {
  return JSON.stringify({ type: 'slow', behindMs, closesInMs })
}

export const heartbeatJson = '{"type":"heartbeat"}'
