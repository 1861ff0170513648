/** Measured figures, printed for docs/OPERATIONS.md. */
export function report(what: string, value: number | string): void {
  const shown = typeof value === 'number' ? String(Math.round(value * 100) / 100) : value
  process.stdout.write(`measured: ${what}: ${shown}\n`)
}
