/** Beside tiers-file.ts: a thread that parses one tiers file, answers once and ends. */
import { parentPort, workerData } from 'node:worker_threads'
import type { TierContent } from './tier-content.ts'
import { parseTierContent, TierFileError } from './tiers.ts'

/** Problems as text: a thrown error loses its class and fields on the way. */
export type TiersAnswer = { readonly content: TierContent } | { readonly problems: readonly string[] }

parentPort?.postMessage(answer(String(workerData)))

function answer(text: string): TiersAnswer {
  try {
    return { content: parseTierContent(text) }
  } catch (error) {
    if (error instanceof TierFileError) return { problems: error.problems }
    throw error
  }
}
