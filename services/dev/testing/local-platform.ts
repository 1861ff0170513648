/** Market-data and a gateway in the test's own process, over loopback gRPC and the in-process bus. */
import { loadConfig as loadGatewayConfig } from '../../gateway/config.ts'
import { createGateway, type Gateway } from '../../gateway/main.ts'
import { loadConfig as loadMarketDataConfig } from '../../marketdata/config.ts'
import { createMarketData, type MarketData } from '../../marketdata/main.ts'
import { InProcessQuoteBus, type InProcessQuoteBusOptions } from '../../marketdata/quote-bus-in-process.ts'
import { systemClock } from '../../shared/clock.ts'
import { silentLogger } from '../../shared/testing/silent-logger.ts'
import { secret } from './platform.ts'

type Settings = Readonly<Record<string, string>>

const common = { JWT_SECRET: secret, LOG_LEVEL: 'silent', NODE_ENV: 'test' }
const shared = { clock: systemClock, random: Math.random, logger: silentLogger }

/** On a free port, in this process. */
export async function startLocalMarketData(
  createBus: (options: InProcessQuoteBusOptions) => InProcessQuoteBus,
): Promise<MarketData> {
  const marketData = createMarketData({
    ...shared,
    config: loadMarketDataConfig({ ...common, MARKETDATA_PORT: '0', MARKETDATA_ADMIN_PORT: '0', DRAIN_WINDOW_MS: '0' }),
    createBus: (observer) => createBus({ wallMs: () => Date.now(), observer }),
  })
  await marketData.run()
  return marketData
}

export class LocalPlatform implements AsyncDisposable {
  readonly bus: InProcessQuoteBus
  readonly gateway: Gateway
  readonly #marketData: MarketData

  private constructor(bus: InProcessQuoteBus, marketData: MarketData, gateway: Gateway) {
    this.bus = bus
    this.#marketData = marketData
    this.gateway = gateway
  }

  static async start(settings: Settings = {}): Promise<LocalPlatform> {
    let bus: InProcessQuoteBus | undefined
    const marketData = await startLocalMarketData((options) => {
      bus = new InProcessQuoteBus(options)
      return bus
    })
    const gateway = createGateway({
      ...shared,
      config: loadGatewayConfig({
        ...common,
        GATEWAY_PORT: '0',
        GATEWAY_ADMIN_PORT: '0',
        DRAIN_WINDOW_MS: '0',
        MARKETDATA_ADDRESSES: `127.0.0.1:${marketData.port}`,
        // Tests count every quote, and the machine may be busy.
        CONFLATE: 'false',
        ...settings,
      }),
    })
    await gateway.run()
    if (!bus) throw new Error('no bus was made')
    const platform = new LocalPlatform(bus, marketData, gateway)
    await platform.#untilReady()
    return platform
  }

  get url(): string {
    return `ws://127.0.0.1:${this.gateway.port}/ws`
  }

  get http(): string {
    return `http://127.0.0.1:${this.gateway.port}`
  }

  async readyz(): Promise<number> {
    return (await fetch(`http://127.0.0.1:${this.gateway.adminPort}/readyz`)).status
  }

  async metrics(): Promise<string> {
    return await (await fetch(`http://127.0.0.1:${this.gateway.adminPort}/metrics`)).text()
  }

  /** As redis-cli PUBLISH. */
  publish(symbol: string, payload: unknown): void {
    this.bus.publishRaw(`quote:${symbol}`, JSON.stringify(payload))
  }

  /** Leaves the gateway without an upstream. */
  async stopMarketData(): Promise<void> {
    await this.#marketData.stop()
  }

  async #untilReady(): Promise<void> {
    while ((await this.readyz()) !== 200) await new Promise((resolve) => setImmediate(resolve))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway.stop()
    await this.#marketData.stop()
  }
}
