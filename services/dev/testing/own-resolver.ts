/**
 * Lets one process of a test ask another DNS through the system's resolver: it runs in a mount namespace of its own, where
 * /etc/resolv.conf names that DNS. Every program on the way replaces itself, so pid, signals and the guard of Child hold.
 *
 * A resolver inside the gateway would be easier to point elsewhere, and would not be what runs in production.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import type { DnsServer } from './dns-server.ts'

const needs = 'a DNS of its own for one process needs Linux and root with CAP_SYS_ADMIN (unshare --mount)'
const isPossible = spawnSync('unshare', ['--mount', 'mount', '--bind', '/etc/hosts', '/etc/resolv.conf']).status === 0

/** `describe` for tests that give a process its own DNS. Skipped with the reason where that is not allowed, except in CI. */
export function describeWithOwnResolver(name: string, suite: () => void): void {
  // biome-ignore lint/style/noProcessEnv: CI tells itself by this variable
  const isCi = process.env.CI === 'true'
  if (isPossible) describe(name, suite)
  else if (!isCi) describe.skip(`${name} (skipped: ${needs})`, suite)
  else {
    test(`${name} needs the right to mount`, () => {
      throw new Error(needs)
    })
  }
}

/** nsswitch.conf where there is one: it may send names past resolv.conf. */
const script = `
mount --bind "$1/resolv.conf" /etc/resolv.conf || exit 1
[ ! -e /etc/nsswitch.conf ] || mount --bind "$1/nsswitch.conf" /etc/nsswitch.conf || exit 1
shift
exec "$@"`

export class OwnResolver implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'own-resolver-'))

  constructor(dns: DnsServer) {
    // One second for an answer and no second try: a silent DNS is found out soon.
    writeFileSync(join(this.#folder, 'resolv.conf'), `nameserver ${dns.host}\noptions timeout:1 attempts:1\n`)
    writeFileSync(join(this.#folder, 'nsswitch.conf'), 'hosts: files dns\n')
  }

  /** To put before the command of the process. */
  get prefix(): readonly string[] {
    return ['unshare', '--mount', 'sh', '-c', script, 'sh', this.#folder]
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true })
  }
}
