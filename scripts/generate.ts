/**
 * Writes every generated file: the code from proto/, the README's configuration tables, the tables of the bench, the Helm chart and the plain
 * manifests. No network. CI runs it and fails on any difference.
 *
 * pbjs gives code and types in one run, without protoc. `--force-number` changes types only: at run time
 * int64 become numbers because services/shared/protobuf.ts switches Long off before the code is loaded.
 */
import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { formatMarkdown, readResults } from '../bench/results.ts'
import { formatTargets } from '../bench/targets.ts'
import { writeKubernetesFiles } from '../cdk8s/write-files.ts'
import { gatewaySettings } from '../services/gateway/config.ts'
import { marketDataSettings } from '../services/marketdata/config.ts'
import { operatorSettings } from '../services/operator/config.ts'
import { commonSettings } from '../services/shared/common-settings.ts'
import type { Settings } from '../services/shared/config-schema.ts'
import { writePart, writeTable } from './config-table.ts'

const root = dirname(import.meta.dirname)
const protobufjsCli = dirname(createRequire(import.meta.url).resolve('protobufjs-cli/package.json'))

generateProtobuf()
const readme = join(root, 'README.md')
writeTable(readme, 'settings of both', commonSettings)
writeTable(readme, 'settings of the gateway', without(gatewaySettings, commonSettings))
writeTable(readme, 'settings of market-data', without(marketDataSettings, commonSettings))
writeTable(readme, 'settings of the operator', without(operatorSettings, commonSettings))
writeBenchTables()
writeKubernetesFiles()

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

function writeBenchTables() {
  const results = readResults()
  const page = join(root, 'bench/README.md')
  writePart(page, 'bench targets', formatTargets(results))
  writePart(page, 'bench results', Object.values(results).map(formatMarkdown).join('\n\n'))
  writePart(readme, 'bench targets', formatTargets(results))
}

function without(settings: Settings, others: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !(name in others)))
}
