import { expect, test } from 'vitest'
import { keyOf, type LiveObject, type ObservedPlatform, reconcilePlatform, referenceTo } from './reconcile-platform.ts'

const metadata = { name: 'blue', uid: 'uid-blue' }
const owner = { apiVersion: 'quotewire.dev/v1alpha1', kind: 'QuotewirePlatform', name: 'blue', uid: 'uid-blue' }
const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'blue-gateway' }, spec: {} }
const deployment = deploymentOf(2)

test('everything is applied, with the platform as the owner that blocks and controls', () => {
  const { apply, remove, conflicts } = reconcile({ wanted: [service, deployment] })
  expect(apply.map(referenceTo)).toEqual([referenceTo(service), referenceTo(deployment)])
  for (const { metadata: applied } of apply) {
    expect(applied.ownerReferences).toEqual([{ ...owner, controller: true, blockOwnerDeletion: true }])
  }
  expect([remove, conflicts]).toEqual([[], []])
})

test('what is there and is not its own is a conflict, and then nothing at all is done', () => {
  const helm = { metadata: { name: 'blue-gateway', annotations: { 'meta.helm.sh/release-name': 'blue' } } }
  const { apply, conflicts } = reconcile({ wanted: [service, deployment], live: [[service, helm]] })
  expect(apply).toEqual([])
  expect(conflicts).toEqual(['Service blue-gateway is there already, by blue'])
  const other = live({ ownerReferences: [{ ...owner, uid: 'another-platform', controller: true }] })
  expect(reconcile({ wanted: [service], live: [[service, other]] }).conflicts).toHaveLength(1)
  expect(reconcile({ wanted: [service], live: [[service, live({})]] }).conflicts).toEqual([])
})

test('what is not wanted any more is deleted by its uid, unless somebody else has it now', () => {
  const applied = [referenceTo(service), referenceTo(deployment)]
  expect(reconcile({ wanted: [deployment], applied, live: [[service, live({ uid: 's' })]] }).remove).toEqual([
    { object: referenceTo(service), uid: 's' },
  ])
  const foreign = { metadata: { name: 'blue-gateway', uid: 's' } }
  expect(reconcile({ wanted: [deployment], applied, live: [[service, foreign]] }).remove).toEqual([])
  expect(reconcile({ wanted: [deployment], applied }).remove).toEqual([])
})

test('paused, nothing is done', () => {
  expect(reconcile({ wanted: [service], isPaused: true })).toEqual({ apply: [], remove: [], conflicts: [] })
})

test.each<[string, Partial<Options>, number | undefined]>([
  ['nobody scales: the platform’s', {}, 2],
  [
    'somebody scales, and has said a number: left to him',
    { isScaled: true, saidBy: 'kube-controller-manager' },
    undefined,
  ],
  [
    'somebody scales, and has not yet: what there is, for without it would be 1',
    { isScaled: true, saidBy: 'quotewire-operator' },
    7,
  ],
  [
    'an autoscaler of the values, and only this has said one: what there is',
    { replicas: undefined, saidBy: 'quotewire-operator' },
    7,
  ],
  [
    'an autoscaler of the values, and it has said one: left to it',
    { replicas: undefined, saidBy: 'kube-controller-manager' },
    undefined,
  ],
  ['an autoscaler of the values, at first: none', { replicas: undefined, isNew: true }, undefined],
])('replicas: %s', (_, { isScaled = false, saidBy = 'quotewire-operator', isNew = false, ...given }, expected) => {
  const wanted = deploymentOf('replicas' in given ? given.replicas : 2)
  const found = live({ managedFields: [{ manager: saidBy, fieldsV1: { 'f:spec': { 'f:replicas': {} } } }] }, 7)
  const { apply } = reconcile({
    wanted: [wanted],
    live: isNew ? [] : [[wanted, found]],
    scaledElsewhere: new Set(isScaled ? ['blue-gateway'] : []),
  })
  expect((apply[0]?.spec as { replicas?: number } | undefined)?.replicas).toBe(expected)
  expect(apply[0]?.spec).toMatchObject({ template: {} })
})

interface Options {
  readonly isScaled: boolean
  readonly saidBy: string
  readonly isNew: boolean
  readonly replicas: number | undefined
}

function reconcile({
  live: found = [],
  ...given
}: Partial<Omit<ObservedPlatform, 'live'>> & { live?: readonly (readonly [typeof service, LiveObject])[] }) {
  return reconcilePlatform({
    ...{ metadata, isPaused: false, wanted: [], applied: [], scaledElsewhere: new Set<string>() },
    live: new Map(found.map(([object, is]) => [keyOf(referenceTo(object)), is])),
    ...given,
  })
}

/** Its own, unless it is told otherwise. */
function live(given: Partial<LiveObject['metadata']>, replicas = 1): LiveObject {
  return {
    metadata: { name: 'blue-gateway', uid: 'live', ownerReferences: [{ ...owner, controller: true }], ...given },
    spec: { replicas },
  }
}

function deploymentOf(replicas: number | undefined) {
  const spec = { ...(replicas === undefined ? {} : { replicas }), template: {} }
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'blue-gateway' }, spec }
}
