/**
 * Entry point of the operator, and the one place that builds its objects.
 *
 * Stop: nothing new is begun, what is under way ends, the Lease is given away, then the watches and the admin port. Drains
 * that it began run on for the rest of their lease: another operator goes on with them.
 */
import { AdminServer } from '../shared/admin-server.ts'
import { type Clock, systemClock } from '../shared/clock.ts'
import { describeSettings } from '../shared/config-schema.ts'
import { Application, type Component, reportStartFailure, runProcess } from '../shared/lifecycle.ts'
import { createLogger, type Logger } from '../shared/logger.ts'
import { Readiness } from '../shared/readiness.ts'
import { createRedis } from '../shared/redis.ts'
import { redisAccess } from '../shared/redis-settings.ts'
import { AutoscalerController, tickMs } from './autoscaler-controller.ts'
import { Cluster, type ClusterObject } from './cluster.ts'
import { ClusterCopies } from './cluster-copies.ts'
import { loadConfig, type OperatorConfig, operatorSettings, readEnvironment } from './config.ts'
import { Events } from './events.ts'
import { GatewayPods } from './gateway-pods.ts'
import { LeaseElection } from './lease.ts'
import { OperatorMetrics } from './metrics.ts'
import { PlatformController, platformTickMs } from './platform-controller.ts'
import { TierController, tierTickMs } from './tier-controller.ts'
import { TierStore } from './tier-store.ts'
import { WorkQueue } from './work-queue.ts'

const stopDeadlineMs = 15_000
const hurryMs = 2_000
/** One acts in a namespace, whatever releases there are. */
const leaseName = 'quotewire-operator'

export interface OperatorDependencies {
  readonly config: OperatorConfig
  readonly cluster: Cluster
  readonly logger: Logger
  readonly clock: Clock
  readonly random: () => number
}

export interface Operator extends Component {
  /** The bound port, once running. */
  readonly adminPort: number
}

export function createOperator(dependencies: OperatorDependencies): Operator {
  const { config, logger } = dependencies
  const metrics = new OperatorMetrics()
  const readiness = new Readiness(['kubernetes'])
  const admin = new AdminServer({
    port: config.OPERATOR_ADMIN_PORT,
    portSetting: 'OPERATOR_ADMIN_PORT',
    registry: metrics.registry,
    readiness,
    logger,
  })
  const reconcilers = createReconcilers(dependencies, metrics, readiness)
  const application = new Application({
    logger,
    components: [
      { name: 'admin server', component: admin },
      { name: 'reconcilers', component: reconcilers },
    ],
  })
  return {
    run: () => application.run(),
    stop: () => application.stop(),
    get adminPort() {
      return admin.port
    },
  }
}

/** In a bundle it is JavaScript. */
const manifestsFile = import.meta.url.endsWith('.ts') ? './platform-manifests.ts' : './platform-manifests.js'

/** A queue for each kind: one that waits for an answer holds up no other. */
function createReconcilers(
  dependencies: OperatorDependencies,
  metrics: OperatorMetrics,
  readiness: Readiness,
): Component {
  const { config, cluster, logger, clock, random } = dependencies
  const { NAMESPACE: namespace, POD_NAME: identity } = config
  const copies = new ClusterCopies({
    ...{ cluster, namespace, clock, random, logger },
    watchesNodes: config.WATCH_NODES,
    relistMs: config.RELIST_S * 1_000,
    onChange: () => {
      addAutoscalers()
      // A Deployment may have been changed by hand.
      for (const { metadata } of copies.platforms()) platformQueue.addAfter(metadata.name, hurryMs)
    },
    onTiersChange: () => tierQueue.add('publish'),
    onPlatformsChange: () => addPlatforms(),
    onAutoscalerGone: (name) => autoscalerQueue.add(name),
    onRestart: () => metrics.watchFailed(),
  })
  const isLeading = () => election.isLeading
  const { autoscalers, tiers, platforms, store } = createControllers(dependencies, { metrics, copies, isLeading })
  const queue = (work: (name: string) => Promise<void>) =>
    new WorkQueue({
      ...{ clock, random, logger },
      work: async (name) => {
        await work(name)
        metrics.reconciled('ok')
      },
      onFailed: () => metrics.reconciled('error'),
    })
  const autoscalerQueue = queue(async (name) => {
    if (await autoscalers.reconcile(name)) autoscalerQueue.addAfter(name, tickMs)
    else autoscalerQueue.forget(name)
  })
  const platformQueue = queue(async (name) => {
    if (await platforms.reconcile(name)) platformQueue.addAfter(name, platformTickMs)
    else platformQueue.forget(name)
  })
  const tierQueue = queue(async (name) => {
    if (name === 'tell') return tierQueue.addAfter('tell', (await tiers?.tell()) ?? tierTickMs)
    await tiers?.publish()
    tierQueue.add('tell')
    tierQueue.addAfter('publish', tierTickMs)
  })
  const queues = [autoscalerQueue, platformQueue, tierQueue]
  const addAutoscalers = () => {
    for (const { metadata } of copies.autoscalers()) autoscalerQueue.add(metadata.name)
  }
  const addPlatforms = () => {
    for (const { metadata } of copies.platforms()) platformQueue.add(metadata.name)
  }
  const election = new LeaseElection({
    ...{ cluster, namespace, identity, clock, logger },
    name: leaseName,
    onLeading: () => {
      autoscalers.forgetAll()
      tiers?.forgetAll()
      addAutoscalers()
      addPlatforms()
      tierQueue.add('publish')
    },
    onLost: () => autoscalers.forgetAll(),
  })
  const queued = () => queues.reduce((sum, { size }) => sum + size, 0)
  metrics.watch({ isLeading, queued, frozen: () => autoscalers.frozen })
  return {
    async run() {
      store?.run()
      // Not waited for: an API server that is away is no reason to restart.
      void copies.run().then(() => {
        readiness.succeeded('kubernetes')
        election.run()
      })
    },
    async stop() {
      readiness.drain()
      await Promise.all(queues.map((each) => each.stop()))
      await election.stop()
      copies.stop()
      store?.stop()
    },
  }
}

interface Surroundings {
  readonly metrics: OperatorMetrics
  readonly copies: ClusterCopies
  readonly isLeading: () => boolean
}

function createControllers(
  { config, cluster, logger, clock, random }: OperatorDependencies,
  { metrics, copies, isLeading }: Surroundings,
) {
  const { NAMESPACE: namespace, POD_NAME: identity, DRY_RUN: isDryRun } = config
  const gateways = new GatewayPods({ token: config.ADMIN_TOKEN, clock })
  const events = new Events({ cluster, namespace, identity, clock, logger })
  const common = { cluster, namespace, clock, metrics, gateways, events, isDryRun, isLeading }
  const autoscalers = new AutoscalerController({
    ...common,
    autoscalers: () => copies.autoscalers(),
    view: () => copies.view(),
    freshView: () => copies.freshView(),
  })
  const platforms = new PlatformController({
    ...common,
    build: async (source) => {
      const { platformManifests } = (await import(manifestsFile)) as typeof import('./platform-manifests.ts')
      return platformManifests(source)
    },
    platforms: () => (config.PLATFORMS ? copies.platforms() : []),
    autoscalers: () => copies.autoscalers(),
    view: () => copies.view(),
  })
  if (config.REDIS_URL === '') return { autoscalers, platforms, tiers: undefined, store: undefined }
  const redis = createRedis({ ...redisAccess(config), name: 'quotewire-operator', logger, random })
  const owner = async () => {
    const path = `/api/v1/namespaces/${namespace}`
    const { metadata } = await cluster.request<ClusterObject>({ path })
    return `${namespace}/${metadata.uid}`
  }
  const store = new TierStore({ redis, owner: onceDone(owner), clock })
  const tiers = new TierController({
    ...common,
    store,
    instance: config.INSTANCE,
    tiers: () => copies.tiers(),
    pods: () => copies.pods(),
  })
  return { autoscalers, platforms, tiers, store }
}

/** Asked until it is answered, and not again. */
function onceDone<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined
  return () => {
    answer ??= ask().catch((error: unknown) => {
      answer = undefined
      throw error
    })
    return answer
  }
}

async function main(): Promise<void> {
  try {
    const config = loadConfig(readEnvironment())
    const logger = createLogger({ service: 'operator', level: config.LOG_LEVEL })
    logger.info({ config: describeSettings(operatorSettings, config) }, 'starting')
    const cluster = Cluster.fromSurroundings()
    const application = createOperator({ config, cluster, logger, clock: systemClock, random: Math.random })
    await runProcess({ logger, clock: systemClock, application, stopDeadlineMs })
  } catch (error) {
    reportStartFailure(error)
    process.exit(1)
  }
}

if (import.meta.main) await main()
