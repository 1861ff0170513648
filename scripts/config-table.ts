/** The README's configuration tables, from the schemas that the services parse. */
import { readFileSync, writeFileSync } from 'node:fs'
import type { Settings } from '../services/shared/config-schema.ts'

/** Replaces what stands between `<!-- NAME -->` and `<!-- /NAME -->`; throws where the marks are missing. */
export function writeTable(file: string, name: string, settings: Settings): void {
  const text = readFileSync(file, 'utf8')
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  if (from < 0 || to < from) throw new Error(`${file} has no ${begin} … ${end}`)
  writeFileSync(file, `${text.slice(0, from)}${begin}\n${table(settings)}\n${text.slice(to)}`)
}

function table(settings: Settings): string {
  const rows = Object.entries(settings).map(([name, { type, shownDefault, description }]) => {
    return `| \`${name}\` | ${type} | ${shownDefault} | ${description} |`
  })
  return ['| variable | type | default | meaning |', '|---|---|---|---|', ...rows].join('\n')
}
