/**
 * A TypeScript process of the bench that answers questions, one at a time: a line of JSON each way.
 *
 * In:  `ask` from the bench; `answerQuestions` in the process.
 * Out: the answer. Rejects when the process ends early or says nothing for 30 s.
 * Closed by: the bench, with `stop`; it ends with the bench too.
 */
import { basename } from 'node:path'
import { createInterface } from 'node:readline'
import { BenchProcess } from './process.ts'

const longestAnswerMs = 30_000

export interface AskedProcessOptions {
  /** Default: the module's. */
  readonly name?: string
  /** The module that the process runs. */
  readonly file: string
  readonly args: readonly string[]
  readonly core: number
}

export class AskedProcess extends BenchProcess {
  constructor({ file, name = basename(file, '.ts'), args, core }: AskedProcessOptions) {
    super({ name, command: process.execPath, args: [file, ...args], core, talks: true })
  }

  async ask<Answer>(question: unknown): Promise<Answer> {
    this.say(JSON.stringify(question))
    return JSON.parse(await this.nextLine(longestAnswerMs)) as Answer
  }
}

/** In the process: answers until the bench is gone. */
export function answerQuestions<Question>(answer: (question: Question) => unknown): void {
  const questions = createInterface({ input: process.stdin })
  questions.on('line', async (line) => {
    const answered = (await answer(JSON.parse(line) as Question)) ?? {}
    process.stdout.write(`${JSON.stringify(answered)}\n`)
  })
  questions.once('close', () => process.exit(0))
}
