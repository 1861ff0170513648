/**
 * Tier data: what each tier may see, and which tier a user has. docs/TIERS.md describes the file.
 *
 * In:  the text of a tiers file: YAML, and so JSON as well.
 * Out: a TierTable, or a TierFileError with at most 10 problems, each with its path and its line.
 * Bound: 16 MiB, and what tier-content.ts allows; anything more and the file is refused.
 *
 * All scalars are read as text (schema `failsafe`): others make something else of the symbols NO, 600519 and 1e5.
 */
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml'
import { SymbolPatterns } from './symbol-patterns.ts'
import { type Path, quoted, readContent, type TierContent, type TierLimits, type TierTerms } from './tier-content.ts'

export type { TierLimits }

export interface Tier {
  readonly name: string
  allows(symbol: string): boolean
  /** No symbol needs to be asked about. */
  readonly allowsAll: boolean
  /** 0: no delay. */
  readonly delayMs: number
  /** Most updates a second and symbol; undefined: no limit. */
  readonly maxRate: number | undefined
  /** What is not set is left to the gateway's settings. */
  readonly limits: TierLimits
}

export class TierFileError extends Error {
  override readonly name = 'TierFileError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}

export const longestFileBytes = 16 * 1024 * 1024
const mostProblems = 10
/** How often one anchor may be used. */
const mostAliases = 100

export class TierTable {
  /** Without a file: every tier name is taken as it is and allows everything. */
  static readonly open = new TierTable({ tiers: new Map(), users: new Map(), digest: '0'.repeat(64) }, true)
  /** Before the file was read: nobody sees anything. */
  static readonly closed = new TierTable({ tiers: new Map(), users: new Map(), digest: 'f'.repeat(64) })

  /** Hex SHA-256 of what the file says; order, comments and ways to write the same do not matter. */
  readonly digest: string
  readonly #tiers: ReadonlyMap<string, Tier>
  readonly #users: ReadonlyMap<string, string>
  readonly #isOpen: boolean

  private constructor(content: TierContent, isOpen = false) {
    this.digest = content.digest
    this.#tiers = new Map([...content.tiers].map(([name, terms]) => [name, toTier(name, terms)]))
    this.#users = content.users
    this.#isOpen = isOpen
  }

  /** Throws a TierFileError. */
  static parse(text: string): TierTable {
    return TierTable.of(parseTierContent(text))
  }

  /** `isOpen`: of tiers that it does not name everything is allowed, as where there is no file. */
  static of(content: TierContent, isOpen = false): TierTable {
    return new TierTable(content, isOpen)
  }

  /** What the file says of the user, else the claimed tier if it exists, else `default`. */
  tierNameOf(userId: string, claimedTier: string): string {
    if (this.#isOpen) return claimedTier
    return this.#users.get(userId) ?? (this.#tiers.has(claimedTier) ? claimedTier : 'default')
  }

  /** A name that does not exist is a tier that allows nothing. */
  tier(name: string): Tier {
    const isOpen = this.#isOpen
    const unknown = { name, allows: () => isOpen, allowsAll: isOpen, delayMs: 0, maxRate: undefined, limits: {} }
    return this.#tiers.get(name) ?? unknown
  }
}

function toTier(name: string, { symbols, except, delayMs, maxRate, limits }: TierTerms): Tier {
  const included = new SymbolPatterns(symbols)
  const excluded = new SymbolPatterns(except)
  const allows = (symbol: string) => included.matches(symbol) && !excluded.matches(symbol)
  const allowsAll = symbols.includes('*') && except.length === 0
  return { name, allows, allowsAll, delayMs, maxRate, limits }
}

/** Throws a TierFileError. Takes seconds where there are hundreds of thousands of users. */
export function parseTierContent(text: string): TierContent {
  if (Buffer.byteLength(text) > longestFileBytes) throw new TierFileError([`more than ${longestFileBytes} bytes`])
  const source = new TierSource(text)
  const content = readContent(source.root, (path, message) => source.report(path, message))
  source.throwProblems()
  return content
}

/** The parsed file with its places: knows the line of a path, and collects what is wrong. */
class TierSource {
  readonly root: ReadonlyMap<unknown, unknown>
  readonly #document: Document.Parsed
  readonly #lines = new LineCounter()
  readonly #problems: string[] = []

  constructor(text: string) {
    try {
      this.#document = parseDocument(text, {
        schema: 'failsafe',
        lineCounter: this.#lines,
        stringKeys: true,
        resolveKnownTags: false,
        prettyErrors: false,
        // The library compares every key with all before it: hours for a million users.
        uniqueKeys: false,
      })
      const { errors, warnings } = this.#document
      for (const { message, pos } of [...errors, ...warnings]) this.#add(message, pos[0])
      this.#addDuplicates()
      this.throwProblems()
      this.root = this.#document.toJS({ mapAsMap: true, maxAliasCount: mostAliases })
    } catch (error) {
      // Bad aliases are thrown as plain errors, and what is nested too deeply as the end of the stack.
      throw error instanceof TierFileError ? error : new TierFileError([String(error)])
    }
    if (!(this.root instanceof Map)) throw new TierFileError(['expected the keys tiers and users'])
  }

  report(path: Path, message: string): void {
    // Finding a line walks over the users, too long to do it for a million problems.
    if (this.#problems.length < mostProblems) this.#add(`${pathText(path)}: ${message}`, this.#offsetOf(path))
  }

  throwProblems(): void {
    if (this.#problems.length > 0) throw new TierFileError(this.#problems)
  }

  #add(problem: string, offset: number | undefined): void {
    if (this.#problems.length >= mostProblems) return
    this.#problems.push(offset === undefined ? problem : `${problem} (line ${this.#lines.linePos(offset).line})`)
  }

  #addDuplicates(): void {
    visit(this.#document, {
      Map: (_, map) => {
        const names = new Set<string>()
        for (const { key } of map.items) {
          const name = isScalar(key) ? String(key.value) : ''
          if (names.has(name)) this.#add(`the key ${quoted(name)} appears twice`, startOf(key))
          names.add(name)
        }
      },
    })
  }

  /** Where the path begins in the text, or as much of it as is there. */
  #offsetOf(path: Path): number | undefined {
    let node: unknown = this.#document.contents
    let offset: number | undefined
    for (const step of path) {
      const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && key.value === step) : undefined
      const item = isSeq(node) ? node.items[Number(step)] : undefined
      offset = startOf(pair?.key ?? item) ?? offset
      node = pair ? pair.value : item
    }
    return offset
  }
}

function startOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined
}

function pathText(path: Path): string {
  const steps = path.map((step) => {
    if (typeof step === 'number') return `[${step}]`
    const name = String(step)
    return /^[A-Za-z0-9._-]{1,64}$/.test(name) ? `.${name}` : `[${quoted(name)}]`
  })
  return steps.join('').replace(/^\./, '')
}
