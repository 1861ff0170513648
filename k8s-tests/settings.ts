/** What the environment says about the cluster tests; the only file here that reads it. */

export interface Settings {
  /** QUOTEWIRE_KIND_CLUSTER: name of the kind cluster; one that exists already is used and kept. */
  readonly cluster: string
  /** KIND_NODE_IMAGE */
  readonly nodeImage: string
  /** KEEP=1 leaves the cluster for the next run, and for looking at it. */
  readonly keeps: boolean
  /** METRICS_SERVER_MANIFEST: path or URL. */
  readonly metricsServerManifest: string
  /** STREAMS_WITHIN_S: how soon after its Ready a new market-data pod has to carry streams. Where DNS has a TTL: that and 5. */
  readonly streamsWithinS: number
}

export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  return {
    cluster: environment.QUOTEWIRE_KIND_CLUSTER || 'quotewire-test',
    nodeImage: environment.KIND_NODE_IMAGE || 'kindest/node:v1.34.4',
    keeps: environment.KEEP === '1',
    metricsServerManifest: environment.METRICS_SERVER_MANIFEST || 'k8s-tests/fixtures/metrics-server.yaml',
    streamsWithinS: seconds('STREAMS_WITHIN_S', environment.STREAMS_WITHIN_S || '5'),
  }
}

/** A budget that is no number would be one that nothing exceeds. */
function seconds(name: string, text: string): number {
  const value = Number(text)
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) throw new Error(`${name} is ${text}: seconds, such as 35`)
  return value
}

// biome-ignore lint/style/noProcessEnv: this file is the door to the environment
export const settings: Settings = readSettings(process.env)
