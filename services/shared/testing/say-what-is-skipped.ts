/** Runs once before the tests: a skip that nobody reads about would look like a pass. */
import { spawnSync } from 'node:child_process'

export default function setup(): void {
  if (spawnSync('redis-server', ['--version']).status !== 0) {
    say(
      'Tests over Redis',
      'redis-server is not installed. Get it with apt-get install redis-server, or brew install redis',
    )
  }
  if (spawnSync('unshare', ['--mount', 'mount', '--bind', '/etc/hosts', '/etc/resolv.conf']).status !== 0) {
    say('Tests with a DNS of their own', 'they need Linux and root with CAP_SYS_ADMIN (unshare --mount)')
  }
}

function say(which: string, why: string): void {
  process.stderr.write(`\n${which} are skipped: ${why}\n\n`)
}
