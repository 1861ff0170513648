/** Where calls of a test wait while it is shut, so that a test decides what happens meanwhile. */
export class Gate {
  isShut = false
  #waiting: (() => void)[] = []

  get waiting(): number {
    return this.#waiting.length
  }

  async pass(): Promise<void> {
    if (this.isShut) await new Promise<void>((resolve) => void this.#waiting.push(resolve))
  }

  /** Lets the first `count` go that wait; it stays shut for others. */
  letThrough(count = Number.POSITIVE_INFINITY): void {
    for (const resolve of this.#waiting.splice(0, count)) resolve()
  }

  open(): void {
    this.isShut = false
    this.letThrough()
  }
}

/** Until everything has run that waits for no timer and no network. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve))
}
