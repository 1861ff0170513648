/**
 * `npm start`: the whole of Quotewire in one process, for a first look and for front-end work. Market data with the
 * in-process bus and its feed, gRPC over loopback, the gateway, and a token to connect with.
 *
 * The only place that imports several services. Not for production: the token is minted here and the bus is not shared.
 */
import { join } from 'node:path'
import { loadConfig as loadGatewayConfig } from '../gateway/config.ts'
import { createGateway, type Gateway } from '../gateway/main.ts'
import { loadConfig as loadMarketDataConfig, readEnvironment } from '../marketdata/config.ts'
import { createMarketData } from '../marketdata/main.ts'
import { InProcessQuoteBus } from '../marketdata/quote-bus-in-process.ts'
import { systemClock } from '../shared/clock.ts'
import type { Environment } from '../shared/config-schema.ts'
import { ConfigError } from '../shared/errors.ts'
import { type Component, reportStartFailure, runProcess } from '../shared/lifecycle.ts'
import { createLogger } from '../shared/logger.ts'
import { type DevelopmentCredentials, developmentCredentials } from './credentials.ts'

/** Where the environment says nothing. Free ports, so that nothing else on the machine is in the way. */
const developmentDefaults = {
  MARKETDATA_ROLES: 'serve,publish',
  MARKETDATA_PORT: '0',
  MARKETDATA_ADMIN_PORT: '0',
  GATEWAY_ADMIN_PORT: '0',
  // A developer who presses Ctrl-C does not want to wait.
  DRAIN_WINDOW_MS: '500',
  LOG_LEVEL: 'warn',
}

const credentialsFile = join(import.meta.dirname, '../../.quotewire-dev.json')

class Development implements Component {
  readonly #environment: Environment
  readonly #credentials: DevelopmentCredentials
  readonly #running: Component[] = []

  constructor(environment: Environment, credentials: DevelopmentCredentials) {
    this.#environment = { ...environment, JWT_SECRET: credentials.secret }
    this.#credentials = credentials
  }

  async run(): Promise<void> {
    const shared = { clock: systemClock, random: Math.random }
    const marketDataConfig = loadMarketDataConfig(this.#environment)
    const logger = createLogger({ service: 'development', level: marketDataConfig.LOG_LEVEL })
    const marketData = createMarketData({
      ...shared,
      logger,
      config: marketDataConfig,
      createBus: (observer) => new InProcessQuoteBus({ wallMs: () => systemClock.wallMs(), observer }),
    })
    this.#running.push(marketData)
    await marketData.run()
    const gatewayConfig = loadGatewayConfig({
      ...this.#environment,
      MARKETDATA_ADDRESSES: `localhost:${marketData.port}`,
    })
    const gateway = createGateway({ ...shared, logger, config: gatewayConfig })
    this.#running.push(gateway)
    await gateway.run()
    this.#print(gateway, marketData.feedDescription ?? 'no feed')
  }

  async stop(): Promise<void> {
    for (const component of this.#running.reverse()) await component.stop()
  }

  #print(gateway: Gateway, feed: string): void {
    const { token } = this.#credentials
    process.stdout.write(
      [
        '',
        `  Quotewire   ${feed}`,
        '',
        `  page        http://localhost:${gateway.port}/#token=${token}`,
        `  WebSocket   ws://localhost:${gateway.port}/ws`,
        `  metrics     http://localhost:${gateway.adminPort}/metrics`,
        '',
        '  Ctrl-C stops it.',
        '',
        '',
      ].join('\n'),
    )
  }
}

async function main(): Promise<void> {
  try {
    const given = Object.fromEntries(Object.entries(readEnvironment()).filter(([, value]) => value))
    if (given.NODE_ENV === 'production') {
      throw new ConfigError(
        'NODE_ENV: "production" is not valid here: npm start mints its own token and is for development. ' +
          'Run services/gateway/main.ts and services/marketdata/main.ts. Example: NODE_ENV=development',
      )
    }
    const environment = { ...developmentDefaults, ...given }
    const secret = given.JWT_SECRET ?? ''
    const credentials = await developmentCredentials({ file: credentialsFile, clock: systemClock, secret })
    const logger = createLogger({ service: 'development', level: environment.LOG_LEVEL })
    const application = new Development(environment, credentials)
    await runProcess({ logger, clock: systemClock, application, stopDeadlineMs: 10_000 })
  } catch (error) {
    reportStartFailure(error)
    process.exit(1)
  }
}

if (import.meta.main) await main()
