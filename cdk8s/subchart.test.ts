/** The chart inside another one: as most platforms install it. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { chartFolder } from './chart-facts.ts'
import type { Manifest } from './manifests.ts'
import { describeWithHelm, helm, objectNamed, releaseObjects } from './testing/helm.ts'

describeWithHelm('the chart as a subchart', () => {
  let parent = ''

  beforeAll(() => {
    parent = mkdtempSync(join(tmpdir(), 'quotewire-parent-'))
    mkdirSync(join(parent, 'templates'))
    cpSync(chartFolder, join(parent, 'charts/quotewire'), { recursive: true })
    const dependency = { name: 'quotewire', version: '0.1.0', condition: 'quotewire.enabled' }
    write('Chart.yaml', { apiVersion: 'v2', name: 'parent', version: '1.0.0', dependencies: [dependency] })
  })

  beforeEach(() => {
    write('values.yaml', {
      global: { imageRegistry: 'registry.example.com', ofTheParent: true },
      quotewire: { enabled: true, auth: { existingSecret: 'identity' }, gateway: { autoscaling: { mode: 'hpa' } } },
    })
  })

  afterAll(() => rmSync(parent, { recursive: true }))

  test('takes the registry from global', () => {
    const images = releaseObjects(render()).flatMap((object) => JSON.stringify(object).match(/"image":"[^"]*"/g) ?? [])
    expect(images).toHaveLength(4)
    for (const image of images) expect(image).toMatch(/^"image":"registry\.example\.com\//)
  })

  test('is away when the parent switches it off', () => {
    expect(releaseObjects(render('--set', 'quotewire.enabled=false'))).toEqual([])
  })

  test('lets a parent’s values.yaml unset a user id and a key of an object', () => {
    expect(securityOf(deployment('gateway'))).toMatchObject({ runAsUser: 65_532 })
    expect(deployment('marketdata').spec).toMatchObject({ progressDeadlineSeconds: 610, minReadySeconds: 10 })

    write('values.yaml', {
      quotewire: {
        auth: { existingSecret: 'identity' },
        gateway: { securityContext: { runAsUser: 'unset' } },
        marketdata: { merge: { deployment: { spec: { progressDeadlineSeconds: { $patch: 'delete' } } } } },
      },
    })
    expect(securityOf(deployment('gateway'))).toEqual({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    })
    expect(deployment('marketdata').spec).not.toHaveProperty('progressDeadlineSeconds')
    expect(deployment('marketdata').spec).toMatchObject({ minReadySeconds: 10 })
  })

  function deployment(component: string): Manifest {
    return objectNamed(releaseObjects(render()), `apps/v1 Deployment blue-quotewire-${component}`)
  }

  function render(...args: readonly string[]) {
    return helm(['template', 'blue', parent, ...args])
  }

  function write(path: string, content: object): void {
    writeFileSync(join(parent, path), JSON.stringify(content))
  }
})

function securityOf({ spec }: Manifest): unknown {
  const { template } = spec as { readonly template: { readonly spec: { readonly securityContext: object } } }
  return template.spec.securityContext
}
