/**
 * The import boundaries are lint rules. These tests give the project's own rules a tree of files with one import each,
 * and show that every forbidden one fails.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const root = dirname(import.meta.dirname)
const biome = join(dirname(createRequire(import.meta.url).resolve('@biomejs/biome/package.json')), 'bin/biome')
const tree = realpathSync(mkdtempSync(join(tmpdir(), 'boundaries-')))
afterAll(() => rmSync(tree, { recursive: true }))

const forbidden = [
  ['services/gateway/a.ts', '../marketdata/quote.ts'],
  ['services/gateway/b.ts', '../dev/main.ts'],
  ['services/gateway/c.test.ts', '../marketdata/quote.ts'],
  ['services/marketdata/a.ts', '../gateway/quote.ts'],
  ['services/marketdata/feeds/a.ts', '../../gateway/quote.ts'],
  ['services/shared/a.ts', '../gateway/quote.ts'],
  ['services/shared/testing/a.ts', '../../marketdata/quote.ts'],
  ['services/gateway/d.ts', 'ws'],
  ['services/gateway/session.ts', '@grpc/grpc-js'],
  ['services/gateway/e.ts', 'ioredis'],
  ['services/marketdata/quote-bus-redis.ts', 'ioredis'],
  ['services/marketdata/b.ts', '@grpc/grpc-js'],
  ['services/marketdata/c.ts', 'jsonwebtoken'],
  ['services/operator/a.ts', '../gateway/drain-lease.ts'],
  ['services/operator/b.ts', '../marketdata/quote.ts'],
  ['services/operator/c.ts', '@kubernetes/client-node'],
  ['services/gateway/g.ts', '../operator/cluster.ts'],
  ['services/shared/b.ts', '@kubernetes/client-node'],
  ['services/gateway/public/a.js', '../frame.ts'],
] as const

const allowed = [
  ['services/dev/a.ts', '../gateway/main.ts'],
  ['services/gateway/f.ts', '../shared/clock.ts'],
  ['services/gateway/ws-server.ts', 'ws'],
  ['services/gateway/upstream-link.ts', '@grpc/grpc-js'],
  ['services/marketdata/grpc-server.ts', '@grpc/grpc-js'],
  ['services/shared/redis.ts', 'ioredis'],
  ['services/operator/cluster.ts', '@kubernetes/client-node'],
  ['services/operator/d.ts', '../shared/clock.ts'],
] as const

const refused = lintTree()

test.each(forbidden)('%s may not import %s', (file) => {
  expect(refused).toContain(file)
})

test.each(allowed)('%s may import %s', (file) => {
  expect(refused).not.toContain(file)
})

/** The files in which the rule found something. */
function lintTree(): string[] {
  cpSync(join(root, 'biome.json'), join(tree, 'biome.json'))
  for (const [file, source] of [...forbidden, ...allowed]) {
    mkdirSync(dirname(join(tree, file)), { recursive: true })
    writeFileSync(join(tree, file), `import { x } from '${source}'\n\nexport const y = x\n`)
  }
  const args = ['lint', '--only=style/noRestrictedImports', '--vcs-enabled=false', '--reporter=github', '.']
  const { stdout, stderr } = spawnSync(process.execPath, [biome, ...args], { cwd: tree, encoding: 'utf8' })
  return [...`${stdout}${stderr}`.matchAll(/noRestrictedImports,file=([^,]+)/g)].map(([, file]) =>
    relative(tree, file ?? ''),
  )
}
