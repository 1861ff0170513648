/**
 * Readiness that latches: each dependency must succeed once; a later loss does not take the process out of
 * service (one Redis outage would otherwise unready a whole fleet). Only a drain makes it fall, for good.
 */
export class Readiness {
  readonly #waiting: Set<string>
  #draining = false

  constructor(dependencies: readonly string[]) {
    this.#waiting = new Set(dependencies)
  }

  succeeded(dependency: string): void {
    this.#waiting.delete(dependency)
  }

  drain(): void {
    this.#draining = true
  }

  get draining(): boolean {
    return this.#draining
  }

  /** Empty when ready; else what is missing, for people. */
  waitingFor(): string[] {
    return this.#draining ? ['draining'] : [...this.#waiting]
  }
}
