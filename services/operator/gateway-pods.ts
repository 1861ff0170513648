/**
 * Of the operator: what the gateways say of themselves, and what they are asked to do, over their admin ports.
 *
 * In:  the pods of a fleet, every few seconds; orders for one of them.
 * Out: `told`: what a pod said last, undefined once that is older than `mostAgeMs`; `failure`: why one does not answer.
 * Bound: `mostAtOnce` requests, 2 s and 128 KiB each; one entry for each pod that was in the last poll of its fleet.
 */
import { z } from 'zod'
import type { Clock } from '../shared/clock.ts'
import type { Pod } from './kubernetes-objects.ts'
import type { Told } from './reconcile-autoscaler.ts'

export interface GatewayPodsOptions {
  /** ADMIN_TOKEN of the gateways. */
  readonly token: string
  readonly clock: Clock
}

/** Load in deliveries a second instead of connections. */
export type LoadUnit = 'connections' | 'deliveries'

interface Answer {
  readonly atMs: number
  readonly connections: number
  readonly isDraining: boolean
  /** What a rate is counted from: at least `rateMs` old when it is used. */
  readonly base: { readonly atMs: number; readonly deliveries: number }
  readonly deliveriesPerSecond: number | undefined
  /** When this process took or renewed the pod's lease last. */
  readonly renewedMs: number | undefined
}

/** Of a gateway's `GET /load`. */
const loadSchema = z.object({ held: z.boolean(), sessions: z.int().min(0), deliveries: z.number().min(0) })

/** Of its `GET /tiers`. */
const tiersSchema = z.object({ sessions: z.record(z.string(), z.int().min(0)) })

const timeoutMs = 2_000
/** 1,000 tiers have room. */
const longestAnswer = 131_072
const mostAtOnce = 32
/** Five polls. */
const mostAgeMs = 10_000
const rateMs = 5_000
const leaseMs = 60_000
/** So that what is left of the lease when an operator dies is short, and two renewals may fail. */
const renewMs = 15_000
const adminPortName = 'admin'

export class GatewayPods {
  readonly #options: GatewayPodsOptions
  readonly #answers = new Map<string, Answer>()
  readonly #failures = new Map<string, string>()

  constructor(options: GatewayPodsOptions) {
    this.#options = options
  }

  /** Rejects never: who does not answer is told by `failure`. */
  async poll(pods: readonly Pod[]): Promise<void> {
    await forEach(pods, (pod) => this.#look(pod))
  }

  /** Over those that answer. */
  async sessionsByTier(pods: readonly Pod[]): Promise<ReadonlyMap<string, number>> {
    const sums = new Map<string, number>()
    await forEach(pods, async (pod) => {
      const answer = await this.#ask(pod, 'GET', '/tiers').catch(() => undefined)
      const parsed = tiersSchema.safeParse(answer)
      if (!parsed.success) return
      for (const [tier, count] of Object.entries(parsed.data.sessions)) sums.set(tier, (sums.get(tier) ?? 0) + count)
    })
    return sums
  }

  told(uid: string, unit: LoadUnit): Told | undefined {
    const answer = this.#answers.get(uid)
    if (!answer || this.#options.clock.nowMs() - answer.atMs > mostAgeMs) return undefined
    const { connections, isDraining, deliveriesPerSecond } = answer
    return { connections, isDraining, load: unit === 'connections' ? connections : deliveriesPerSecond }
  }

  failure(uid: string): string | undefined {
    return this.#failures.get(uid)
  }

  /** Of pods that there are not any more. */
  keepOnly(uids: ReadonlySet<string>): void {
    for (const known of [this.#answers, this.#failures]) {
      for (const uid of known.keys()) if (!uids.has(uid)) known.delete(uid)
    }
  }

  /** Takes the lease, or renews it: for `leaseMs`, every `renewMs`. */
  async drain(pod: Pod, windowMs: number): Promise<void> {
    const nowMs = this.#options.clock.nowMs()
    const answer = this.#answers.get(pod.metadata.uid ?? '')
    if (answer?.isDraining && nowMs - (answer.renewedMs ?? Number.NEGATIVE_INFINITY) < renewMs) return
    await this.#ask(pod, 'POST', '/drain', { windowMs, leaseMs })
    this.#knows(pod, { isDraining: true, renewedMs: nowMs })
  }

  async release(pod: Pod): Promise<void> {
    await this.#ask(pod, 'DELETE', '/drain')
    this.#knows(pod, { isDraining: false, renewedMs: undefined })
  }

  async shed(pod: Pod, sessions: number, overMs: number): Promise<void> {
    await this.#ask(pod, 'POST', '/shed', { sessions, overMs })
  }

  async #look(pod: Pod): Promise<void> {
    const uid = pod.metadata.uid ?? ''
    try {
      const { held, sessions, deliveries } = loadSchema.parse(await this.#ask(pod, 'GET', '/load'))
      const atMs = this.#options.clock.nowMs()
      const before = this.#answers.get(uid)
      const renewedMs = held ? before?.renewedMs : undefined
      const lease = { isDraining: held, renewedMs }
      this.#answers.set(uid, { atMs, connections: sessions, ...rateOf(before, { atMs, deliveries }), ...lease })
      this.#failures.delete(uid)
    } catch (error) {
      this.#failures.set(uid, wordsOf(error))
    }
  }

  /** Before the next poll says so. */
  #knows({ metadata: { uid = '' } }: Pod, lease: Pick<Answer, 'isDraining' | 'renewedMs'>): void {
    const answer = this.#answers.get(uid)
    if (answer) this.#answers.set(uid, { ...answer, ...lease })
  }

  async #ask(pod: Pod, method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`http://${hostOf(pod)}:${adminPortOf(pod)}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#options.token}` },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
    })
    const text = await textOf(response)
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.trim().slice(0, 200)}`)
    return JSON.parse(text) as unknown
  }
}

/** Quotes come in bursts, and looks at any time: a rate is one of `rateMs` or more, and stays until there is a newer one. */
function rateOf(before: Answer | undefined, now: Answer['base']): Pick<Answer, 'base' | 'deliveriesPerSecond'> {
  // A process that was restarted counts from 0 again, and one that was not asked for long had another rate meanwhile.
  if (before === undefined || now.deliveries < before.base.deliveries || now.atMs - before.atMs > mostAgeMs) {
    return { base: now, deliveriesPerSecond: undefined }
  }
  const { base, deliveriesPerSecond } = before
  const ms = now.atMs - base.atMs
  if (ms < rateMs) return { base, deliveriesPerSecond }
  return { base: now, deliveriesPerSecond: ((now.deliveries - base.deliveries) * 1_000) / ms }
}

/** `mostAtOnce` under way. */
async function forEach(pods: readonly Pod[], task: (pod: Pod) => Promise<void>): Promise<void> {
  const waiting = [...pods]
  const workers = Array.from({ length: Math.min(mostAtOnce, pods.length) }, async () => {
    for (let pod = waiting.pop(); pod; pod = waiting.pop()) await task(pod)
  })
  await Promise.all(workers)
}

/** `fetch failed` says nothing without its cause. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code } = (error.cause ?? {}) as { code?: unknown }
  return typeof code === 'string' ? `${error.message} (${code})` : error.message
}

async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > longestAnswer) throw new Error(`an answer of over ${longestAnswer} characters`)
  }
  return text
}

function hostOf({ status, metadata }: Pod): string {
  const ip = status?.podIP
  if (!ip) throw new Error(`${metadata.name} has no address yet`)
  return ip.includes(':') ? `[${ip}]` : ip
}

function adminPortOf({ spec, metadata }: Pod): number {
  const ports = spec.containers.flatMap(({ ports: own = [] }) => own)
  const port = ports.find(({ name }) => name === adminPortName)?.containerPort
  if (port === undefined) throw new Error(`${metadata.name} has no port named ${adminPortName}`)
  return port
}
