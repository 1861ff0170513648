/**
 * Writes every generated file: the code from proto/. No network. CI runs it and fails on any difference.
 *
 * pbjs gives code and types in one run, without protoc. `--force-number` changes types only: at run time
 * int64 become numbers because services/shared/protobuf.ts switches Long off before the code is loaded.
 */
import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const root = dirname(import.meta.dirname)
const protobufjsCli = dirname(createRequire(import.meta.url).resolve('protobufjs-cli/package.json'))

generateProtobuf()

function generateProtobuf() {
  const out = join(root, 'services/shared/generated/market-data.js')
  const options = '--dts --force-number --no-verify --no-delimited --no-service --no-typeurl'.split(' ')
  execFileSync(
    process.execPath,
    [
      join(protobufjsCli, 'bin/pbjs'),
      ...['-t', 'static-module', '-w', 'esm', ...options],
      ...['-p', join(root, 'proto'), '-o', out],
      'quotewire/v1/market_data.proto',
    ],
    { cwd: join(root, 'proto'), stdio: 'inherit' },
  )
}
