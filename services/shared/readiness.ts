/**
 * Readiness that latches: each dependency must succeed once; a later loss does not take the process out of
 * service (one Redis outage would otherwise unready a whole fleet). A drain makes it fall, for good; who holds it for a
 * reason, until he lets go.
 */
export class Readiness {
  readonly #waiting: Set<string>
  readonly #held = new Set<string>()
  #draining = false

  constructor(dependencies: readonly string[]) {
    this.#waiting = new Set(dependencies)
  }

  succeeded(dependency: string): void {
    this.#waiting.delete(dependency)
  }

  hold(reason: string): void {
    this.#held.add(reason)
  }

  letGo(reason: string): void {
    this.#held.delete(reason)
  }

  drain(): void {
    this.#draining = true
  }

  get draining(): boolean {
    return this.#draining
  }

  /** Empty when ready; else what is missing, for people. */
  waitingFor(): string[] {
    return this.#draining ? ['draining'] : [...this.#waiting, ...this.#held]
  }
}
