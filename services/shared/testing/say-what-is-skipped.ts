/** Runs once before the tests: a skip that nobody reads about would look like a pass. */
import { spawnSync } from 'node:child_process'

export default function setup(): void {
  if (spawnSync('redis-server', ['--version']).status === 0) return
  process.stderr.write(
    '\nTests over Redis are skipped: redis-server is not installed. Get it with apt-get install redis-server, or brew install redis\n\n',
  )
}
