/** What the environment says about the cluster tests; the only file here that reads it. */

// biome-ignore lint/style/noProcessEnv: this file is the door to the environment
const environment = process.env

export const settings = {
  /** Name of the kind cluster; one that exists already is used and kept. */
  cluster: environment.QUOTEWIRE_KIND_CLUSTER || 'quotewire-test',
  nodeImage: environment.KIND_NODE_IMAGE || 'kindest/node:v1.34.4',
  /** Leaves the cluster for the next run, and for looking at it. */
  keeps: environment.KEEP === '1',
  metricsServerManifest: environment.METRICS_SERVER_MANIFEST || 'k8s-tests/fixtures/metrics-server.yaml',
} as const
