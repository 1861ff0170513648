/** Name and versions of the chart, read from its Chart.yaml so that they are said once. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Context } from './context.ts'

export const chartFolder = join(import.meta.dirname, '../charts/quotewire')

const schema = z.object({ name: z.string(), version: z.string(), appVersion: z.string() })
const { name, version, appVersion } = schema.parse(parse(readFileSync(join(chartFolder, 'Chart.yaml'), 'utf8')))

export const chartFacts: Context['chart'] = { Name: name, Version: version, AppVersion: appVersion }
