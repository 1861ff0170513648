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
import { AutoscalerController, tickMs } from './autoscaler-controller.ts'
import { Cluster } from './cluster.ts'
import { ClusterCopies } from './cluster-copies.ts'
import { loadConfig, type OperatorConfig, operatorSettings, readEnvironment } from './config.ts'
import { Events } from './events.ts'
import { GatewayPods } from './gateway-pods.ts'
import { LeaseElection } from './lease.ts'
import { OperatorMetrics } from './metrics.ts'
import { WorkQueue } from './work-queue.ts'

const stopDeadlineMs = 15_000
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

function createReconcilers(
  { config, cluster, logger, clock, random }: OperatorDependencies,
  metrics: OperatorMetrics,
  readiness: Readiness,
): Component {
  const { NAMESPACE: namespace, POD_NAME: identity } = config
  const addAll = () => {
    for (const { metadata } of copies.autoscalers()) queue.add(metadata.name)
  }
  const copies = new ClusterCopies({
    ...{ cluster, namespace, clock, random, logger },
    watchesNodes: config.WATCH_NODES,
    relistMs: config.RELIST_S * 1_000,
    onChange: () => addAll(),
    onAutoscalerGone: (name) => queue.add(name),
    onRestart: () => metrics.watchFailed(),
  })
  const controller = new AutoscalerController({
    ...{ cluster, namespace, clock, logger, metrics },
    gateways: new GatewayPods({ token: config.ADMIN_TOKEN, clock }),
    events: new Events({ cluster, namespace, identity, clock, logger }),
    isDryRun: config.DRY_RUN,
    isLeading: () => election.isLeading,
    autoscalers: () => copies.autoscalers(),
    view: () => copies.view(),
    freshView: () => copies.freshView(),
  })
  const queue = new WorkQueue({
    ...{ clock, random, logger },
    work: async (name) => {
      const remains = await controller.reconcile(name)
      metrics.reconciled('ok')
      if (remains) queue.addAfter(name, tickMs)
      else queue.forget(name)
    },
    onFailed: () => metrics.reconciled('error'),
  })
  const election = new LeaseElection({
    ...{ cluster, namespace, identity, clock, logger },
    name: leaseName,
    onLeading: () => {
      controller.forgetAll()
      addAll()
    },
    onLost: () => controller.forgetAll(),
  })
  metrics.watch({
    isLeading: () => election.isLeading,
    queued: () => queue.size,
    frozen: () => controller.frozen,
  })
  return {
    async run() {
      // Not waited for: an API server that is away is no reason to restart.
      void copies.run().then(() => {
        readiness.succeeded('kubernetes')
        election.run()
      })
    },
    async stop() {
      readiness.drain()
      await queue.stop()
      await election.stop()
      copies.stop()
    },
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
