/** In which order a ReplicaSet removes pods, as Kubernetes does it. */

export interface Ranked {
  readonly isScheduled: boolean
  readonly isPending: boolean
  readonly isReady: boolean
  readonly cost: number
  /** Of the same ReplicaSet on its node. */
  readonly neighbours: number
  readonly bornS: number
}

/** Who a ReplicaSet removes first: unassigned, pending, unready, cheap, crowded, young. */
export function removalOrder(a: Ranked, b: Ranked): number {
  return (
    Number(a.isScheduled) - Number(b.isScheduled) ||
    Number(b.isPending) - Number(a.isPending) ||
    Number(a.isReady) - Number(b.isReady) ||
    a.cost - b.cost ||
    b.neighbours - a.neighbours ||
    b.bornS - a.bornS
  )
}
