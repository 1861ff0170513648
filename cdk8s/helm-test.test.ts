/** The objects of `helm test`, which `helm uninstall` does not know. */
import { expect, test } from 'vitest'
import { chartFolder } from './chart-facts.ts'
import { describeWithHelm, helm, helmTemplate, objectNamed, testObjects } from './testing/helm.ts'

const pod = 'v1 Pod quotewire-stream-test'

describeWithHelm('the objects of helm test', () => {
  test('are annotated to go once the test has passed, or before the next one', () => {
    const objects = testObjects(helmTemplate('quotewire', {}))
    expect(objects.map(({ kind }) => kind)).toEqual(['ConfigMap', 'Pod'])
    for (const { metadata } of objects) {
      expect(metadata).toMatchObject({
        annotations: { 'helm.sh/hook': 'test', 'helm.sh/hook-delete-policy': 'before-hook-creation,hook-succeeded' },
      })
    }
  })

  test('ask Helm for the log of the pod, so that the notes need no --logs', () => {
    expect(objectNamed(testObjects(helmTemplate('quotewire', {})), pod).metadata).toMatchObject({
      annotations: { 'helm.sh/hook-output-log-policy': 'hook-succeeded,hook-failed' },
    })
    const { stdout } = helm(['install', 'quotewire', chartFolder, '--dry-run=client', '--namespace', 'here'])
    expect(stdout).toContain('\n  helm test quotewire --namespace here\n')
  })

  test('run as the user of the gateway, or as the cluster chooses', () => {
    const security = (runAsUser: unknown) => {
      const given = { gateway: { securityContext: { runAsUser } } }
      const { spec } = objectNamed(testObjects(helmTemplate('quotewire', given)), pod)
      return (spec as { readonly securityContext: object }).securityContext
    }
    const chosen = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } }
    expect(security(1_000)).toEqual({ ...chosen, runAsUser: 1_000 })
    expect(security('unset')).toEqual(chosen)
    expect(security(null)).toEqual(chosen)
  })
})
