/** The chart inside another one: as most platforms install it. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chartFolder } from './chart-facts.ts'
import { describeWithHelm, helm, identity, releaseObjects } from './testing/helm.ts'

describeWithHelm('the chart as a subchart', () => {
  let parent = ''

  beforeAll(() => {
    parent = mkdtempSync(join(tmpdir(), 'quotewire-parent-'))
    mkdirSync(join(parent, 'templates'))
    cpSync(chartFolder, join(parent, 'charts/quotewire'), { recursive: true })
    const dependency = { name: 'quotewire', version: '0.1.0', condition: 'quotewire.enabled' }
    write('Chart.yaml', { apiVersion: 'v2', name: 'parent', version: '1.0.0', dependencies: [dependency] })
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

  test('an upgrade repeats the replicas of the cluster where an autoscaler owns them', () => {
    // A parent's template takes the place of the same name's: here of the one that would ask the cluster.
    const live = '{{- define "quotewire.liveReplicas" -}}{{- if eq (index . 1) "gateway" }}7{{ end -}}{{- end -}}'
    writeFileSync(join(parent, 'templates/live.tpl'), live)
    const gateway = releaseObjects(render()).find((object) =>
      identity(object).endsWith('Deployment blue-quotewire-gateway'),
    )
    expect(gateway?.spec).toMatchObject({ replicas: 7 })
  })

  function render(...args: readonly string[]) {
    return helm(['template', 'blue', parent, ...args])
  }

  function write(path: string, content: object): void {
    writeFileSync(join(parent, path), JSON.stringify(content))
  }
})
