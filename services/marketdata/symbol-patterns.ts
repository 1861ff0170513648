/**
 * Symbol patterns of a tier: exact symbols, or with `*` for any run of characters. Case matters.
 *
 * Bound: exact symbols and prefixes (`GOOG*`) cost the same however many there are; each other pattern is tried in
 * turn, and one try takes at most pattern × symbol steps.
 *
 * Not turned into regular expressions: those of `A*A*A*B` try every way to split the symbol, which takes for ever.
 */
import { isSymbol } from '../shared/symbol.ts'

export const patternRule =
  'a pattern is a symbol, with * for any run of characters, and some symbol must be able to match it'

/** Whether any symbol could match: what none can match is a typing error. */
export function isPattern(pattern: string): boolean {
  const rest = pattern.replaceAll('*', '')
  // A leading star may stand for the letter that a symbol has to begin with.
  return isSymbol(rest) || (pattern.startsWith('*') && isSymbol(`A${rest}`))
}

/** `**` says no more than `*`: equal sets of patterns are written the same. */
export function normalPatterns(patterns: readonly string[]): string[] {
  return [...new Set(patterns.map((pattern) => pattern.replace(/\*+/g, '*')))].sort()
}

export class SymbolPatterns {
  readonly #exact = new Set<string>()
  readonly #prefixes = new Set<string>()
  readonly #globs: string[] = []
  #longestPrefix = -1

  constructor(patterns: readonly string[]) {
    for (const pattern of patterns) {
      const star = pattern.indexOf('*')
      if (star < 0) this.#exact.add(pattern)
      else if (star === pattern.length - 1) {
        this.#prefixes.add(pattern.slice(0, star))
        this.#longestPrefix = Math.max(this.#longestPrefix, star)
      } else this.#globs.push(pattern)
    }
  }

  matches(symbol: string): boolean {
    return (
      this.#exact.has(symbol) || this.#matchesPrefix(symbol) || this.#globs.some((glob) => matchesGlob(glob, symbol))
    )
  }

  #matchesPrefix(symbol: string): boolean {
    const longest = Math.min(this.#longestPrefix, symbol.length)
    for (let length = 0; length <= longest; length++) if (this.#prefixes.has(symbol.slice(0, length))) return true
    return false
  }
}

/** On a mismatch only the last star takes one character more: what earlier stars took can stay as it is. */
export function matchesGlob(glob: string, text: string): boolean {
  let at = 0
  let star = -1
  let resumeAt = 0
  for (let i = 0; i < text.length; ) {
    if (glob[at] === '*') {
      star = at++
      resumeAt = i
    } else if (glob[at] === text[i]) {
      at++
      i++
    } else if (star >= 0) {
      at = star + 1
      i = ++resumeAt
    } else return false
  }
  while (glob[at] === '*') at++
  return at === glob.length
}
