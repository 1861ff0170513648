/**
 * What the operator writes to Redis of the QuotewireTier resources, and market-data processes read: one document, its
 * revision announced on a channel, and a word of each process that has it.
 *
 * `quotewire:tiers` (key): `{"revision": 1764144000000, "owner": "default/UID", "tiers": {"pro": {"symbols": ["*"]}}}`; revisions only rise,
 * and operators of other namespaces than its owner's leave it alone.
 * `quotewire:tiers` (channel): the revision, after each change.
 * `quotewire:tiers:seen:POD` (key, 90 s): the revision that the process of that host name has in force.
 */
import { z } from 'zod'

export const tiersKey = 'quotewire:tiers'
export const tiersChannel = 'quotewire:tiers'
export const seenSeconds = 90
/** Characters; whoever writes keeps to it, whoever reads refuses more. */
export const longestTierDocument = 4 * 1024 * 1024

export function seenKey(pod: string): string {
  return `${tiersKey}:seen:${pod}`
}

/** The terms of each tier as docs/TIERS.md has them; whoever reads checks them. */
export const tierDocument = z.object({
  revision: z.int().min(1),
  owner: z.string(),
  tiers: z.record(z.string(), z.record(z.string(), z.unknown())),
})

export type TierDocument = z.infer<typeof tierDocument>
