import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isPattern, matchesGlob, SymbolPatterns } from './symbol-patterns.ts'
import { readContent } from './tier-content.ts'
import { TierFileError, TierTable } from './tiers.ts'

const example = `
tiers:
  default:
    symbols: [AAPL, "GOOG*"]
    delayed: 15m
    maxRate: 1
    limits: { connections: 2, symbols: 20, messagesPerSecond: 10 }
  pro:
    symbols: ["*"]
    except: ["BTC-*"]   # not licensed
users:
  alice: pro
`

describe('what a file says', () => {
  test('a tier has its symbols, delay, rate and limits', () => {
    const tier = TierTable.parse(example).tier('default')
    expect(tier).toMatchObject({ name: 'default', delayMs: 900_000, maxRate: 1 })
    expect(tier.limits).toEqual({ connections: 2, symbols: 20, messagesPerSecond: 10 })
    expect(['AAPL', 'GOOG', 'GOOGL', 'AAPLE', 'MSFT', 'aapl'].filter((symbol) => tier.allows(symbol))).toEqual([
      'AAPL',
      'GOOG',
      'GOOGL',
    ])
  })

  test('a tier without delay, rate and limits has none', () => {
    expect(TierTable.parse(example).tier('pro')).toMatchObject({ delayMs: 0, maxRate: undefined, limits: {} })
  })

  test('except takes away what symbols gave', () => {
    const tier = TierTable.parse(example).tier('pro')
    expect(['BTC-USD', 'BTC', 'ETH-USD'].map((symbol) => tier.allows(symbol))).toEqual([false, true, true])
  })

  test('a tier allows all where * is given and nothing taken away', () => {
    const bodies = ['{symbols: ["**"]}', '{symbols: [A, "*"]}', '{symbols: ["*"], except: [A]}', '{symbols: ["A*"]}']
    expect(bodies.map((body) => tierOf(body).allowsAll)).toEqual([true, true, false, false])
    expect([TierTable.open, TierTable.closed].map((table) => table.tier('x').allowsAll)).toEqual([true, false])
  })

  test('the file decides the tier of a user, then the token, then it is default', () => {
    const table = TierTable.parse(example)
    expect(table.tierNameOf('alice', 'default')).toBe('pro')
    expect(table.tierNameOf('bob', 'pro')).toBe('pro')
    expect(table.tierNameOf('bob', 'gold')).toBe('default')
  })

  test('a tier that does not exist allows nothing, default included', () => {
    const table = TierTable.parse('tiers: {pro: {symbols: ["*"]}}')
    expect(table.tierNameOf('bob', 'gold')).toBe('default')
    expect(table.tier('default')).toMatchObject({ name: 'default', delayMs: 0, maxRate: undefined, limits: {} })
    expect(table.tier('default').allows('AAPL')).toBe(false)
  })

  test('without a file every tier name counts and allows everything; before it was read none does', () => {
    expect(TierTable.open.tierNameOf('bob', 'gold')).toBe('gold')
    expect(TierTable.open.tier('gold').allows('AAPL')).toBe(true)
    expect(TierTable.closed.tierNameOf('bob', 'gold')).toBe('default')
    expect(TierTable.closed.tier('default').allows('AAPL')).toBe(false)
    expect(TierTable.open.digest).not.toBe(TierTable.closed.digest)
  })

  test('JSON is read as well, its numbers included', () => {
    const json = {
      tiers: {
        default: {
          symbols: ['AAPL', 'GOOG*'],
          delayed: '900s',
          maxRate: 1.0,
          limits: { connections: 2, symbols: 20, messagesPerSecond: 10 },
        },
        pro: { symbols: ['*'], except: ['BTC-*'] },
      },
      users: { alice: 'pro' },
    }
    expect(TierTable.parse(JSON.stringify(json)).digest).toBe(TierTable.parse(example).digest)
    expect(TierTable.parse(JSON.stringify(json, undefined, 2)).digest).toBe(TierTable.parse(example).digest)
  })

  test.each(['NO', 'ON', '600519', '1e5', '0700.HK', '0x1F', '1_000', 'null', 'true', '007'])(
    'the symbol %s stays what it is without quotes',
    (symbol) => {
      for (const prefix of ['', '%YAML 1.1\n---\n']) {
        const table = TierTable.parse(
          `${prefix}tiers:\n  ${symbol}:\n    symbols: [${symbol}]\nusers:\n  ${symbol}: ${symbol}\n`,
        )
        expect(table.tier(symbol).allows(symbol)).toBe(true)
        expect(table.tierNameOf(symbol, 'x')).toBe(symbol)
      }
    },
  )

  test.each([
    ['100ms', 100],
    ['500ms', 500],
    ['90s', 90_000],
    ['15m', 900_000],
    ['1h', 3_600_000],
    ['24h', 86_400_000],
  ])('a delay of %s is %i ms', (delayed, delayMs) => {
    expect(tierOf(`{symbols: [], delayed: ${delayed}}`).delayMs).toBe(delayMs)
  })

  test('rates may be fractions', () => {
    expect(tierOf('{symbols: [], maxRate: 0.01}').maxRate).toBe(0.01)
    expect(tierOf('{symbols: [], maxRate: 1000}').maxRate).toBe(1_000)
    expect(tierOf('{symbols: [], limits: {messagesPerSecond: 0.5}}').limits).toEqual({ messagesPerSecond: 0.5 })
  })

  test('users may be left out, or all be comments', () => {
    for (const users of ['', 'users:\n', 'users:\n  # alice: pro\n', 'users: {}\n', '? users\n']) {
      expect(TierTable.parse(`tiers:\n  pro: {symbols: []}\n${users}`).tierNameOf('alice', 'pro')).toBe('pro')
    }
  })

  test('names of the prototype are names like any other', () => {
    const nowhere = TierTable.parse('tiers: {default: {symbols: []}}\nusers: {}')
    for (const name of ['__proto__', 'constructor', 'toString']) {
      expect(nowhere.tierNameOf(name, name)).toBe('default')
      expect(nowhere.tier(name).allows('AAPL')).toBe(false)
      const table = TierTable.parse(`{"tiers": {"${name}": {"symbols": ["*"]}}, "users": {"${name}": "${name}"}}`)
      expect(table.tierNameOf(name, 'x')).toBe(name)
      expect(table.tier(name).allows('AAPL')).toBe(true)
    }
    expect(problemsOf('tiers: {pro: {symbols: [], __proto__: {except: []}}}')).toEqual([
      'tiers.pro.__proto__: unknown key (line 1)',
    ])
    expect(({} as Record<string, unknown>).symbols).toBeUndefined()
  })

  test('an anchor serves several tiers', () => {
    const table = TierTable.parse('tiers:\n  a: {symbols: &all ["*"]}\n  b: {symbols: *all}\n')
    expect(table.tier('b').allows('AAPL')).toBe(true)
  })
})

describe('the digest', () => {
  test('is that of what the file says, however it says it', () => {
    const other = `
# another order, other words
users: {"alice": 'pro'}
tiers:
  pro: {except: [BTC-**], symbols: ["**", "*"]}
  default:
    limits: { messagesPerSecond: 10.0, symbols: 20, connections: 02 }
    maxRate: 1.00
    delayed: 900s
    except: []
    symbols: ["GOOG*", AAPL, AAPL]
`
    expect(TierTable.parse(other).digest).toBe(TierTable.parse(example).digest)
    expect(TierTable.parse(example).digest).toMatch(/^[0-9a-f]{64}$/)
  })

  test.each([
    ['AAPL,', 'AAPM,'],
    ['15m', '16m'],
    ['maxRate: 1', 'maxRate: 2'],
    ['connections: 2', 'connections: 3'],
    ['symbols: 20', 'symbols: 21'],
    ['messagesPerSecond: 10', 'messagesPerSecond: 11'],
    ['except: ["BTC-*"]', 'except: ["BTC-A"]'],
    ['  pro:', '  prob: {symbols: []}\n  pro:'],
    ['alice', 'alicf'],
    ['alice: pro', 'alice: default'],
    ['alice: pro', 'alice: pro\n  bob: pro'],
  ])('differs where %j becomes %j', (from, to) => {
    expect(TierTable.parse(example.replace(from, to)).digest).not.toBe(TierTable.parse(example).digest)
  })
})

describe('a file is refused', () => {
  test.each([
    ['', ['expected the keys tiers and users']],
    ['- tiers', ['expected the keys tiers and users']],
    ['tiers: {}', ['tiers: expected at least one tier (line 1)']],
    ['users: {}', ['tiers: expected at least one tier']],
    ['tiers:\n  a: {symbols: []}\nuser: {}', ['user: unknown key (line 3)']],
    ['tiers:\n  a:\n    symbols: []\n    excpet: []', ['tiers.a.excpet: unknown key (line 4)']],
    [
      'tiers:\n  a:\n    symbols: []\n    limits:\n      conections: 1',
      ['tiers.a.limits.conections: unknown key (line 5)'],
    ],
    ['tiers:\n  a b: {symbols: []}', ['tiers["a b"]: a tier name is 1 to 64 of A-Z a-z 0-9 . _ - (line 2)']],
    ['tiers: {a: {symbols: []}}\nusers: [a]', ['users: expected users with their tiers (line 2)']],
    ['tiers: {a: {symbols: []}}\nusers: {x: b}', ['users.x: there is no tier "b" (line 2)']],
    ['tiers: {a: {symbols: []}}\nusers: {x: [a]}', ['users.x: expected the name of a tier (line 2)']],
    ['tiers: {a: {symbols: []}}\nusers: {x: constructor}', ['users.x: there is no tier "constructor" (line 2)']],
    ['tiers: {a: {symbols: []}}\nusers: {"": a}', ['users[""]: a user is 1 to 256 characters (line 2)']],
    ['a: 1\na: 2', ['the key "a" appears twice (line 2)']],
    ['tiers:\n  a: {symbols: []}\n  "a": {symbols: ["*"]}', ['the key "a" appears twice (line 3)']],
    ['{"tiers": {"a": {"symbols": [], "except": ["X"],\n"except": []}}}', ['the key "except" appears twice (line 2)']],
    ['a: 1\n---\na: 2', [expect.stringMatching(/multiple documents.*\(line 2\)$/)]],
    ['tiers: {a: {symbols: !!int 5}}', [expect.stringMatching(/^Unresolved tag.*\(line 1\)$/)]],
    ['tiers: {a: {symbols: !!timestamp 2001-01-01}}', [expect.stringMatching(/^Unresolved tag.*\(line 1\)$/)]],
    ['tiers:\n  a: "x', [expect.stringMatching(/^Missing closing "quote \(line 2\)$/)]],
    ['tiers: *nowhere', [expect.stringContaining('Unresolved alias')]],
  ])('%j', (text, problems) => expect(problemsOf(text)).toEqual(problems))

  test.each(['A B', '', 'A$', 'quote:A', '-A', '.*', 'É', 'A\\n', 'x'.repeat(33), `${'x'.repeat(33)}*`])(
    'for the pattern "%s", which no symbol can match',
    (pattern) => {
      expect(problemsOf(`tiers:\n  pro:\n    symbols:\n      - A\n      - "${pattern}"\n`)).toEqual([
        expect.stringMatching(/^tiers\.pro\.symbols\[1\]: a pattern is .*\(line 5\)$/),
      ])
      expect(problemsOf(`tiers: {pro: {symbols: [], except: ["${pattern}"]}}`)).toHaveLength(1)
    },
  )

  test.each(['99ms', '0s', '25h', '86401s', '15', 'm', '-1m', '1.5h', '15 m', '15M', '1d', '', '1m30s'])(
    'for the delay "%s"',
    (delayed) => {
      const problem = 'tiers.t.delayed: a delay is 500ms, 90s, 15m or 1h; 100ms to 24h (line 1)'
      expect(problemsOf(`tiers: {t: {symbols: [], delayed: "${delayed}"}}`)).toEqual([problem])
    },
  )

  test.each([
    ['maxRate: 0.009', 'maxRate: expected a number from 0.01 to 1000'],
    ['maxRate: 1000.1', 'maxRate: expected a number from 0.01 to 1000'],
    ['maxRate: 1e2', 'maxRate: expected a number from 0.01 to 1000'],
    ['maxRate: -1', 'maxRate: expected a number from 0.01 to 1000'],
    ['maxRate: .inf', 'maxRate: expected a number from 0.01 to 1000'],
    ['limits: {connections: 0}', 'limits.connections: expected a whole number from 1 to 1000000'],
    ['limits: {connections: 1.5}', 'limits.connections: expected a whole number from 1 to 1000000'],
    ['limits: {symbols: 100001}', 'limits.symbols: expected a whole number from 1 to 100000'],
    ['limits: {messagesPerSecond: 0}', 'limits.messagesPerSecond: expected a number from 0.1 to 100000'],
  ])('for %s', (setting, problem) => {
    expect(problemsOf(`tiers: {t: {symbols: [], ${setting}}}`)).toEqual([`tiers.t.${problem} (line 1)`])
  })

  test('for a tier without symbols, and for one that is no map', () => {
    expect(problemsOf('tiers:\n  a: {}\n  b: x')).toEqual([
      expect.stringMatching(/^tiers\.a\.symbols: .*\(line 2\)$/),
      expect.stringMatching(/^tiers\.b: .*\(line 3\)$/),
    ])
  })

  test('with 10 problems at most, each of bounded length', () => {
    const names = Array.from({ length: 50 }, (_, i) => `"${'x '.repeat(10_000)}${i}": {symbols: []}`)
    const problems = problemsOf(`tiers: {${names.join(', ')}}`)
    expect(problems).toHaveLength(10)
    for (const problem of problems) expect(problem.length).toBeLessThan(200)
  })

  test('for a name that is too long', () => {
    const tiers = (name: string) => `tiers: {${name}: {symbols: []}}`
    expect(() => TierTable.parse(tiers('x'.repeat(64)))).not.toThrow()
    expect(problemsOf(tiers('x'.repeat(65)))).toHaveLength(1)
    const users = (name: string) => `tiers: {a: {symbols: []}}\nusers: {${name}: a}`
    expect(() => TierTable.parse(users('x'.repeat(256)))).not.toThrow()
    expect(problemsOf(users('x'.repeat(257)))).toHaveLength(1)
  })

  test('for more than 16 MiB, whose bytes count and not its characters', () => {
    const mib = 1024 * 1024
    const text = (bytes: number) => `${'tiers: {a: {symbols: []}}\n#'.padEnd(100)}${'é'.repeat((bytes - 100) / 2)}`
    expect(() => TierTable.parse(text(16 * mib))).not.toThrow()
    expect(problemsOf(text(16 * mib + 2))).toEqual([`more than ${16 * mib} bytes`])
  })

  test('for one tier, pattern or user more than the limit', () => {
    const tiers = (count: number) =>
      `tiers:\n${Array.from({ length: count }, (_, i) => `  t${i}: {symbols: []}\n`).join('')}`
    expect(() => TierTable.parse(tiers(1_000))).not.toThrow()
    expect(problemsOf(tiers(1_001))).toEqual(['tiers: more than 1000 tiers (line 1)'])
    const patterns = (count: number) => `tiers: {a: {symbols: [${'X,'.repeat(count)}]}}`
    expect(() => TierTable.parse(patterns(10_000))).not.toThrow()
    expect(problemsOf(patterns(10_001))).toEqual(['tiers.a.symbols: more than 10000 patterns (line 1)'])
    expect(contentProblems(1_000_000)).toEqual([])
    expect(contentProblems(1_000_001)).toEqual(['users: more than 1000000 users'])
  })

  test('for an alias bomb, a circle of aliases and what is nested too deeply, without hanging', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
    for (let i = 1; i < 9; i++) {
      const [name, previous] = ['abcdefghi'[i], 'abcdefghi'[i - 1]]
      bomb.push(`${name}: &${name} [${Array(9).fill(`*${previous}`).join(', ')}]`)
    }
    expect(problemsOf(bomb.join('\n'))).toEqual([expect.stringContaining('Excessive alias count')])
    expect(problemsOf('tiers: {a: {symbols: &x [*x]}}')).toHaveLength(1)
    expect(problemsOf('tiers: &x {a: *x}').length).toBeGreaterThan(0)
    expect(problemsOf('['.repeat(20_000)).length).toBeGreaterThan(0)
    expect(problemsOf('{a: '.repeat(20_000)).length).toBeGreaterThan(0)
    expect(problemsOf('- '.repeat(20_000)).length).toBeGreaterThan(0)
  })

  test('with nothing but a TierFileError, whatever the text', () => {
    const pieces = fc.constantFrom(
      'tiers',
      'users',
      ': ',
      '\n',
      '  ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      '"',
      '&a ',
      '*a',
      '? ',
      '!!',
      'symbols',
      ',',
      '#',
      '|',
      '%',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((parts) => parts.join('')),
        ),
        (text) => {
          try {
            TierTable.parse(text)
          } catch (error) {
            expect(error).toBeInstanceOf(TierFileError)
            expect((error as TierFileError).problems.length).toBeGreaterThan(0)
          }
        },
      ),
    )
  })
})

describe('patterns', () => {
  const letters = fc.constantFrom('A', 'B', '.')
  const globs = fc.array(fc.constantFrom('A', 'B', '.', '*'), { maxLength: 8 }).map((parts) => parts.join(''))
  const texts = fc.array(letters, { maxLength: 10 }).map((parts) => parts.join(''))

  test('match what the definition says, in every kind of set', () => {
    fc.assert(
      fc.property(fc.array(globs, { maxLength: 4 }), texts, (patterns, text) => {
        for (const glob of patterns) expect(matchesGlob(glob, text)).toBe(naiveMatch(glob, text))
        expect(new SymbolPatterns(patterns).matches(text)).toBe(patterns.some((glob) => naiveMatch(glob, text)))
      }),
      { numRuns: 5_000 },
    )
  })

  test.each(['*', '*.L', '^*', 'B*C-*', 'x'.repeat(32), `*${'x'.repeat(32)}`, '*-', '**'])('%s is one', (pattern) => {
    expect(isPattern(pattern)).toBe(true)
  })

  test('a short prefix hides no longer one before it', () => {
    const patterns = new SymbolPatterns(['GOOG*', 'B*'])
    expect(['GOOGL', 'GOO', 'BA', 'AB'].map((symbol) => patterns.matches(symbol))).toEqual([true, false, true, false])
  })

  test('many stars against a long text take no longer than the text', () => {
    const glob = `${'A*'.repeat(50)}B`
    const text = 'A'.repeat(1_000_000)
    expect(matchesGlob(glob, text)).toBe(false)
    expect(matchesGlob(glob, `${text}B`)).toBe(true)
    expect(tierOf(`{symbols: ["${'A*'.repeat(30)}B"]}`).allows(text)).toBe(false)
  })
})

/** The definition, one star at a time; exponential. */
function naiveMatch(glob: string, text: string): boolean {
  if (glob === '') return text === ''
  if (glob.startsWith('*')) return naiveMatch(glob.slice(1), text) || (text !== '' && naiveMatch(glob, text.slice(1)))
  return text !== '' && glob[0] === text[0] && naiveMatch(glob.slice(1), text.slice(1))
}

function tierOf(body: string) {
  return TierTable.parse(`tiers: {t: ${body}}`).tier('t')
}

function problemsOf(text: string): readonly string[] {
  try {
    TierTable.parse(text)
  } catch (error) {
    if (error instanceof TierFileError) return error.problems
    throw error
  }
  return []
}

/** Without the text: a million users take long to parse. */
function contentProblems(users: number): string[] {
  const problems: string[] = []
  const assigned = new Map(Array.from({ length: users }, (_, i) => [`u${i}`, 'a']))
  const root = new Map<unknown, unknown>([
    ['tiers', new Map([['a', new Map([['symbols', []]])]])],
    ['users', assigned],
  ])
  readContent(root, (path, message) => problems.push(`${path.join('.')}: ${message}`))
  return problems
}
