/**
 * A gateway in a process of its own that tells what it keeps in memory, and market-data in the test's process, which
 * never confirms a symbol that begins with HELD: its request waits for 2 s, and all behind it.
 */
import { join } from 'node:path'
import type { MarketData } from '../../marketdata/main.ts'
import { InProcessQuoteBus } from '../../marketdata/quote-bus-in-process.ts'
import { logged } from '../../shared/testing/child.ts'
import { startLocalMarketData } from './local-platform.ts'
import { type Service, startGateway } from './platform.ts'

class HoldingBus extends InProcessQuoteBus {
  override subscribe(symbols: readonly string[]): void {
    super.subscribe(symbols.filter((symbol) => !symbol.startsWith('HELD')))
  }
}

export interface Memory {
  /** The heap, and what hangs on it outside. */
  readonly keptBytes: number
  /** Of the whole process: what the heap has given back may still be in it. */
  readonly residentBytes: number
}

export class MeasuredGateway implements AsyncDisposable {
  readonly #marketData: MarketData
  readonly #gateway: Service
  #asked = 0

  private constructor(marketData: MarketData, gateway: Service) {
    this.#marketData = marketData
    this.#gateway = gateway
  }

  static async start(settings: Readonly<Record<string, string>>): Promise<MeasuredGateway> {
    const marketData = await startLocalMarketData((options) => new HoldingBus(options))
    const probe = join(import.meta.dirname, 'memory-probe.ts')
    return new MeasuredGateway(
      marketData,
      await startGateway([marketData], { NODE_OPTIONS: `--import=${probe}`, ...settings }),
    )
  }

  get port(): number {
    return this.#gateway.port
  }

  /** After a full garbage collection. */
  async memory(): Promise<Memory> {
    const { child } = this.#gateway
    child.kill('SIGUSR2')
    return (await child.line(logged(`memory ${++this.#asked}`, 'memory'))) as Memory
  }

  async metric(name: string, label = ''): Promise<number> {
    const line = (await this.#gateway.metrics())
      .split('\n')
      .find((each) => each.startsWith(name) && each.includes(label))
    return Number(line?.slice(line.lastIndexOf(' ')) ?? 0)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#gateway[Symbol.asyncDispose]()
    await this.#marketData.stop()
  }
}
