/**
 * The identity provider's key set (JWKS, RFC 7517): loaded at the first token that needs it, refreshed while tokens
 * come (no timer: whoever asks for a key that is due starts the refresh), replaced as the provider rotates its keys.
 *
 * In:  the algorithm and `kid` of a token.
 * Out: the set's keys for it, then withdrawn ones, which verify for `oldKeysS` what was signed before they left: a
 *      rotation cuts nobody. After a compromise that is wrong: set it to 0, or restart. They are in memory only: a process
 *      that starts after the rotation knows nothing of them, so the provider keeps an old key in the set while its tokens
 *      live. A `kid` is unknown for certain only by a set whose fetch began after the token came; else the error is
 *      retryable, because the key may be new.
 * Bound: 100 keys, 100 withdrawn ones (the oldest go first), 8 candidates a token, one fetch at a time, 100 tokens that
 *      wait for it; more are refused, retryable. Tokens that no key at hand verifies cause one fetch in 10 s in all, so
 *      that a flood of made-up `kid`s costs nothing: it only brings the fetch that brings a new key, whoever asks for it.
 * Failed fetch: the keys there are stay, however old; further tries back off. Closed by: `stop`, which ends a fetch.
 *
 * Not jose's createRemoteJWKSet or jwks-rsa: both refuse everybody once their cache has aged out while the endpoint is
 * away, and neither can honour keys that have left the set.
 */
import { Backoff } from './backoff.ts'
import type { Clock } from './clock.ts'
import { RequestError } from './errors.ts'
import { fetchJwks, readJwks, type SetKey } from './jwks-document.ts'
import { type Logger, redactUrl } from './logger.ts'
import type { TokenHeader, TokenKey, TokenKeySource } from './token-keys.ts'

export const defaultOldKeysS = 86_400
const mostWithdrawnKeys = 100
const mostCandidates = 8
/** Who waits holds a place of the handshakes, and the provider may take 5 s. */
const mostWaiting = 100
const refreshMs = 600_000
const cooldownMs = 10_000
/** Jitter, so that processes that started together do not fetch together. */
const refreshJitter = { least: 0.9, spread: 0.2 }
const backoffMs = { baseMs: 1_000, capMs: 30_000 }

export interface RemoteKeysOptions {
  readonly url: string
  readonly oldKeysS: number
  readonly clock: Clock
  readonly logger: Logger
  /** Uniform in [0, 1). */
  readonly random: () => number
}

interface WithdrawnKey extends SetKey {
  readonly withdrawnAtMs: number
  /** On the monotonic clock. */
  readonly honouredUntilMs: number
}

export class RemoteKeys implements TokenKeySource {
  readonly #options: RemoteKeysOptions
  readonly #backoff: Backoff
  readonly #stop = new AbortController()
  /** Undefined until the first fetch that succeeds. */
  #current: readonly SetKey[] | undefined
  #withdrawn: readonly WithdrawnKey[] = []
  #loading: Promise<void> | undefined
  #waiting = 0
  /** How many fetches began, and which of them brought the current set. */
  #fetches = 0
  #currentFetch = 0
  #isFailing = false
  #dueMs = Number.NEGATIVE_INFINITY
  #triedMs = Number.NEGATIVE_INFINITY
  #cooledDownMs = Number.NEGATIVE_INFINITY
  #loggedSkips = ''

  constructor(options: RemoteKeysOptions) {
    this.#options = options
    this.#backoff = new Backoff({ ...backoffMs, random: options.random })
  }

  /** The reader's next step after a key that did not fit may fetch the set, at most once and within the cooldown. */
  async *candidates(header: TokenHeader): AsyncGenerator<TokenKey, void, void> {
    if (header.algorithm === 'HS256') return
    const fetchesBefore = this.#fetches
    // There is none yet, or nobody used it and so nobody refreshed it: it may be days old, and waiting is right.
    const mustWait = this.#options.clock.nowMs() - this.#triedMs > 2 * refreshMs
    const loading = this.#isDue() ? this.#load() : undefined
    if (mustWait && loading) await this.#wait(loading)
    const atHand = this.#find(header)
    yield* atHand
    if (!mustWait) {
      await this.#loadForUnknown()
      yield* this.#find(header).filter((key) => !atHand.includes(key))
    }
    const isKnown = header.kid !== undefined && atHand.length > 0
    if (isKnown || this.#currentFetch > fetchesBefore) return
    // Whether the token is good, only the provider knows: whoever holds it shall come back.
    throw unavailable(
      this.#isFailing ? 'the keys of the identity provider cannot be had' : 'the key of this token is not known yet',
    )
  }

  /** The keys at hand keep verifying; a fetch fails at once from now on. */
  stop(): void {
    this.#stop.abort(new Error('stopped'))
  }

  #find({ algorithm, kid }: TokenHeader): readonly TokenKey[] {
    const fits = (key: SetKey) => key.algorithm === algorithm && (kid === undefined || key.kid === kid)
    const current = (this.#current ?? []).filter(fits)
    // Without a `kid` there must be no doubt which key is meant.
    if (kid === undefined && current.length !== 1) return []
    const nowMs = this.#options.clock.nowMs()
    const withdrawn = this.#withdrawn.filter((key) => fits(key) && nowMs < key.honouredUntilMs).reverse()
    return [...current, ...withdrawn].slice(0, mostCandidates)
  }

  #isDue(): boolean {
    return this.#options.clock.nowMs() >= this.#dueMs
  }

  async #loadForUnknown(): Promise<void> {
    if (this.#loading) return this.#wait(this.#loading)
    const nowMs = this.#options.clock.nowMs()
    if (nowMs < this.#cooledDownMs || (this.#isFailing && !this.#isDue())) return
    this.#cooledDownMs = nowMs + cooldownMs
    await this.#wait(this.#load())
  }

  async #wait(loading: Promise<void>): Promise<void> {
    if (this.#waiting >= mostWaiting) throw unavailable('too many wait for the keys of the identity provider')
    this.#waiting++
    try {
      await loading
    } finally {
      this.#waiting--
    }
  }

  /** Never rejects. */
  #load(): Promise<void> {
    this.#loading ??= this.#fetch().finally(() => {
      this.#loading = undefined
    })
    return this.#loading
  }

  async #fetch(): Promise<void> {
    const { url, clock, logger, random } = this.#options
    const fetch = ++this.#fetches
    try {
      this.#replace(this.#read(await fetchJwks({ url, clock, stop: this.#stop.signal })))
      this.#currentFetch = fetch
      this.#isFailing = false
      this.#backoff.reset()
      this.#dueMs = clock.nowMs() + refreshMs * (refreshJitter.least + refreshJitter.spread * random())
    } catch (error) {
      this.#isFailing = true
      this.#dueMs = clock.nowMs() + this.#backoff.nextMs()
      if (this.#stop.signal.aborted) return
      const fields = { err: error, url: redactUrl(url), keys: this.#current?.length ?? 0 }
      logger.warn(fields, 'the key set (JWT_JWKS_URL) cannot be fetched; going on with the keys at hand')
    } finally {
      this.#triedMs = clock.nowMs()
    }
  }

  #read(entries: readonly unknown[]): readonly SetKey[] {
    const { keys, skipped } = readJwks(entries)
    const skips = skipped.join('; ')
    // A provider's odd key stays for months: once is enough.
    if (skips !== '' && skips !== this.#loggedSkips) {
      this.#options.logger.warn({ skipped }, 'keys of the key set (JWT_JWKS_URL) that are of no use')
    }
    this.#loggedSkips = skips
    // More likely a mistake than a provider that takes back every key; it would cut everybody.
    if (keys.length === 0) throw new Error('a key set without any usable key')
    return keys
  }

  #replace(fresh: readonly SetKey[]): void {
    const { clock, oldKeysS, logger } = this.#options
    const before = this.#current ?? []
    const gone = before.filter((key) => !fresh.some((other) => isSame(key, other)))
    if (gone.length > 0) logger.info({ kids: gone.map(({ kid }) => kid) }, 'keys have left the key set (JWT_JWKS_URL)')
    const nowMs = clock.nowMs()
    const times = { withdrawnAtMs: clock.wallMs(), honouredUntilMs: nowMs + oldKeysS * 1000 }
    this.#withdrawn = [
      ...this.#withdrawn.filter((key) => nowMs < key.honouredUntilMs && !fresh.some((other) => isSame(key, other))),
      ...gone.map((key) => ({ ...key, ...times })),
    ].slice(-mostWithdrawnKeys)
    this.#current = fresh
  }
}

function unavailable(message: string): RequestError {
  return new RequestError('service_unavailable', message, { retryable: true })
}

/** A `kid` may come back with another key behind it. */
function isSame(one: SetKey, other: SetKey): boolean {
  return one.kid === other.kid && one.key.equals(other.key)
}
