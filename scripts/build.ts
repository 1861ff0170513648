/**
 * `npm run build [folder [service]]`: one folder a service under dist/, each with everything its process needs beside Node:
 * the bundle, and the files that the code reads at run time. With a service: that one alone, as its image needs it.
 *
 *   dist/gateway/      main.js public/
 *   dist/operator/     main.js platform-manifests.js (loaded with the first QuotewirePlatform)
 *   dist/marketdata/   main.js tiers-worker.js (a thread of it) stocks.csv proto/ vendor/ (the .proto files of the grpc-node packages)
 */
import { cpSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { defaultReplayCsv } from '../services/marketdata/feeds/replay-csv.ts'

const root = dirname(import.meta.dirname)
const out = resolve(process.argv[2] ?? join(root, 'dist'))
const require = createRequire(import.meta.url)

/** They read their own .proto files by `__dirname`, which in a bundle is the bundle's. */
const protoReaders = [
  { name: 'grpc-health-check', protoFolder: 'proto' },
  { name: '@grpc/reflection', protoFolder: 'build/proto' },
]

const vendoredProtoFiles: Plugin = {
  name: 'vendored proto files',
  setup(build) {
    for (const { name } of protoReaders) {
      const folder = packageFolder(name)
      build.onLoad({ filter: new RegExp(`node_modules/${name}/build/src/.*\\.js$`) }, ({ path }) => {
        const vendored = JSON.stringify(join('vendor', name, relative(folder, dirname(path))))
        const contents = readFileSync(path, 'utf8').replaceAll('__dirname', `(__dirname+"/"+${vendored})`)
        return { contents, loader: 'js' }
      })
    }
  },
}

/** The chart's name and versions are in a file that is not there at run time. */
const chartFactsInline: Plugin = {
  name: 'chart facts',
  setup(build) {
    build.onLoad({ filter: /cdk8s\/chart-facts\.ts$/ }, async ({ path }) => {
      const { chartFacts } = (await import(path)) as { chartFacts: unknown }
      return { contents: `export const chartFacts = ${JSON.stringify(chartFacts)}`, loader: 'js' }
    })
  },
}

const services = { gateway: buildGateway, marketdata: buildMarketData, operator: buildOperator }
const [, , , only] = process.argv
if (only !== undefined && !(only in services))
  throw new Error(`no service ${only}: ${Object.keys(services).join(', ')}`)
rmSync(out, { recursive: true, force: true })
for (const [name, buildService] of Object.entries(services))
  if (only === undefined || only === name) await buildService()

async function buildGateway(): Promise<void> {
  await bundle('gateway', 'main')
  cpSync(join(root, 'services/gateway/public'), join(out, 'gateway/public'), {
    recursive: true,
    filter: (file) => !file.endsWith('tsconfig.json'),
  })
}

async function buildMarketData(): Promise<void> {
  await bundle('marketdata', 'main')
  await bundle('marketdata', 'tiers-worker')
  cpSync(join(root, 'proto'), join(out, 'marketdata/proto'), { recursive: true })
  cpSync(defaultReplayCsv(), join(out, 'marketdata/stocks.csv'))
  for (const { name, protoFolder } of protoReaders) {
    cpSync(join(packageFolder(name), protoFolder), join(out, 'marketdata/vendor', name, protoFolder), {
      recursive: true,
    })
  }
}

async function buildOperator(): Promise<void> {
  await bundle('operator', 'main')
  await bundle('operator', 'platform-manifests')
}

async function bundle(service: string, entry: string): Promise<void> {
  await build({
    entryPoints: [join(root, 'services', service, `${entry}.ts`)],
    outfile: join(out, service, `${entry}.js`),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minifySyntax: true,
    minifyWhitespace: true,
    // Identifiers stay as they are, so stack traces name functions. Not `keepNames`: it defines a name on every closure,
    // which made each 250 bytes larger, 6.5 KiB a connection.
    legalComments: 'none',
    // What CommonJS packages expect of their surroundings.
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url),__dirname=import.meta.dirname,__filename=import.meta.filename;",
    },
    plugins: [vendoredProtoFiles, chartFactsInline],
    logLevel: 'warning',
  })
}

function packageFolder(name: string): string {
  return dirname(require.resolve(`${name}/package.json`))
}
