/** What every scenario of the bench is: one table and its figures. */
export interface Scenario {
  /** Of its file, and on the command line. */
  readonly name: string
  readonly title: string
  run(options: RunOptions): Promise<Result>
}

export interface RunOptions {
  /** A few seconds a point: enough to compare ratios. */
  readonly isShort: boolean
  /** Progress, for who waits. */
  readonly log: (line: string) => void
}

export interface Result {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** What has to be known to read the table. */
  readonly notes: readonly string[]
  /** By name. Those that end in `Ratio` are checked by `bench:check`: both sides were measured in one run, more is better. */
  readonly figures: Readonly<Record<string, number>>
}
