/** Generated parts of Markdown files: the configuration tables, from the schemas that the services parse, and others. */
import { readFileSync, writeFileSync } from 'node:fs'
import type { Settings } from '../services/shared/config-schema.ts'

export function writeTable(file: string, name: string, settings: Settings): void {
  writePart(file, name, table(settings))
}

/** Replaces what stands between `<!-- NAME -->` and `<!-- /NAME -->`; throws where the marks are missing. */
export function writePart(file: string, name: string, part: string): void {
  const text = readFileSync(file, 'utf8')
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  if (from < 0 || to < from) throw new Error(`${file} has no ${begin} … ${end}`)
  writeFileSync(file, `${text.slice(0, from)}${begin}\n${part}\n${text.slice(to)}`)
}

function table(settings: Settings): string {
  const rows = Object.entries(settings).map(([name, { type, shownDefault, description }]) => {
    return `| \`${name}\` | ${type} | ${shownDefault} | ${description} |`
  })
  return ['| variable | type | default | meaning |', '|---|---|---|---|', ...rows].join('\n')
}
