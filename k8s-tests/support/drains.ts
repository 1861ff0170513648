/**
 * How the closes of a drain were spread, for each pod by itself: over pods or scenarios together, drains one after the
 * other would pass for a spread one.
 *
 * In:  ends of connections, and which gateway each connection was opened on. A client cannot know that, and no metric
 *      tells; the gateways' logs do, read before a drain since they go with the pod.
 * Out: a `Drain` a pod. Connections that were opened later have no place; they were not there when the drain was planned.
 */
import type { End } from './fleet.ts'
import { kubectl, type Pod } from './kubectl.ts'

export interface Drain {
  readonly closes: number
  /** From the first close to the last. */
  readonly spanMs: number
  /** Share of the closes in the fullest half second. */
  readonly fullest: number
}

/** Pod by connection id. */
export type Places = ReadonlyMap<string, string>

const stretchMs = 500

/** Below this one close more or less in half a second is too great a share. */
export const fewestCloses = 20

/**
 * What a drain of `fewestCloses` or more keeps (services/gateway/session-set.ts): closes come one by one in equal steps of
 * the window, anywhere in their step. That is at least 90 % of the window, and at most 20 % of the closes in half a second
 * of five; the rest is for a client that sees closes up to 400 ms late.
 */
export function isStaggered({ spanMs, fullest }: Drain, windowMs: number): boolean {
  return spanMs >= 0.8 * windowMs && fullest <= 0.3
}

export async function placesOf(namespace: string, gateways: readonly Pod[]): Promise<Places> {
  const places = new Map<string, string>()
  for (const { name } of gateways) {
    const log = await kubectl('--namespace', namespace, 'logs', name)
    for (const id of openedIn(log)) places.set(id, name)
  }
  return places
}

/** Connections of which a gateway's log says that a session was opened. */
export function openedIn(log: string): string[] {
  const lines = log.split('\n').filter((line) => line.startsWith('{') && line.includes('"action":"connect"'))
  return lines.map((line) => (JSON.parse(line) as { readonly connection: string }).connection)
}

/** By pod. */
export function drainsOf(ends: readonly End[], places: Places): Map<string, Drain> {
  const closes = new Map<string, number[]>()
  for (const { connectionId, atMs } of ends) {
    const pod = places.get(connectionId)
    if (pod !== undefined) closes.set(pod, [...(closes.get(pod) ?? []), atMs])
  }
  return new Map([...closes].map(([pod, atMs]) => [pod, drainOf(atMs)]))
}

export function drainOf(atMs: readonly number[]): Drain {
  const within = (fromMs: number) => atMs.filter((ms) => ms >= fromMs && ms < fromMs + stretchMs).length
  const spanMs = Math.max(...atMs) - Math.min(...atMs)
  return { closes: atMs.length, spanMs, fullest: Math.max(...atMs.map(within)) / atMs.length }
}
