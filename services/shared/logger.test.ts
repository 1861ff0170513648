import { expect, test } from 'vitest'
import { redactUrl } from './logger.ts'
import { Child } from './testing/child.ts'

test.each([
  ['/ws?token=abc.def', '/ws?token=[redacted]'],
  ['/ws?a=1&TOKEN=abc&b=2', '/ws?a=1&TOKEN=[redacted]&b=2'],
  ['/ws?token=a#token=b', '/ws?token=[redacted]#token=b'],
  ['/ws?token=&x=1', '/ws?token=[redacted]&x=1'],
  ['/ws?mytoken=abc', '/ws?mytoken=abc'],
  ['redis://:hunter2@redis:6379/3', 'redis://:[redacted]@redis:6379/3'],
  ['rediss://user:hunter2@redis', 'rediss://user:[redacted]@redis'],
  ['redis://user:hun@ter2@redis', 'redis://user:[redacted]@redis'],
  ['redis://user:hun:ter2@redis:6379', 'redis://user:[redacted]@redis:6379'],
  ['redis://redis:6379', 'redis://redis:6379'],
])('%s is logged as %s', (url, expected) => {
  expect(redactUrl(url)).toBe(expected)
})

test('tokens and passwords never appear in a log line, whose fields are JSON', async () => {
  const secrets = ['s3cret-1', 's3cret-2', 's3cret-3', 's3cret-4', 's3cret-5', 's3cret-6']
  const script = `
    const { createLogger } = await import(${JSON.stringify(`${import.meta.dirname}/logger.ts`)})
    const log = createLogger({ service: 'test', level: 'info' })
    log.info({ token: '${secrets[0]}', authorization: '${secrets[1]}' }, 'one')
    log.info({ headers: { authorization: '${secrets[2]}', token: '${secrets[3]}' }, redis: { password: '${secrets[4]}' } }, 'two')
    const refused = Object.assign(new Error('WRONGPASS'), { command: { name: 'auth', args: ['${secrets[5]}'] } })
    log.child({ connection: 7 }).warn({ err: refused }, 'three')
    log.debug('not shown')`
  await using child = new Child({ command: process.execPath, args: ['--input-type=module', '-e', script] })
  await child.line((line) => (line.includes('"three"') ? true : undefined))
  await child.exited
  for (const secret of secrets) expect(child.lines.join('\n')).not.toContain(secret)
  const entries = child.lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(entries).toMatchObject([
    { level: 'info', service: 'test', msg: 'one', token: '[redacted]' },
    { level: 'info', msg: 'two' },
    { level: 'warn', msg: 'three', connection: 7, err: { message: 'WRONGPASS', command: { name: 'auth' } } },
  ])
})
