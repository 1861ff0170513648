import { expect, test } from 'vitest'
import { Application, type Component } from './lifecycle.ts'
import { Child } from './testing/child.ts'
import { silentLogger } from './testing/silent-logger.ts'

test('components start one after the other and stop in reverse order', async () => {
  const { application, events } = setUp(['redis', 'server', 'feed'])
  await application.run()
  await application.stop()
  expect(events).toEqual(['run redis', 'run server', 'run feed', 'stop feed', 'stop server', 'stop redis'])
})

test('a stop is done once, however often it is asked for', async () => {
  const { application, events } = setUp(['redis'])
  await application.run()
  await Promise.all([application.stop(), application.stop()])
  await application.stop()
  expect(events).toEqual(['run redis', 'stop redis'])
})

test('whoever asks for a stop that is under way waits for its end', async () => {
  const release = Promise.withResolvers<void>()
  const { application } = setUp(['redis'], { redis: { stop: () => release.promise } })
  await application.run()
  const order: string[] = []
  const first = application.stop().then(() => order.push('first'))
  const second = application.stop().then(() => order.push('second'))
  await new Promise((resolve) => setImmediate(resolve))
  expect(order).toEqual([])
  release.resolve()
  await Promise.all([first, second])
  expect(order).toEqual(['first', 'second'])
})

test('a stop during the start starts nothing more and stops what began', async () => {
  const started = Promise.withResolvers<void>()
  const { application, events } = setUp(['redis', 'server', 'feed'], { server: { run: () => started.promise } })
  const running = application.run()
  await Promise.resolve()
  await Promise.resolve()
  await application.stop()
  started.resolve()
  await running
  expect(events).toEqual(['run redis', 'run server', 'stop server', 'stop redis'])
})

test('a component that cannot start ends the start with its error and is not drained; those before it can be stopped', async () => {
  const fails = async () => {
    throw new Error('no port')
  }
  const { application, events } = setUp(['redis', 'server', 'feed'], { server: { run: fails } })
  await expect(application.run()).rejects.toThrow('no port')
  await application.stop()
  expect(events).toEqual(['run redis', 'run server', 'stop redis'])
})

test('a component that fails to stop keeps no other from stopping', async () => {
  const fails = async () => {
    throw new Error('stuck')
  }
  const { application, events } = setUp(['redis', 'server', 'feed'], { server: { stop: fails } })
  await application.run()
  await application.stop()
  expect(events.slice(3)).toEqual(['stop feed', 'stop server', 'stop redis'])
})

test.each(['SIGTERM', 'SIGINT'] as const)('%s stops the process with exit code 0', async (signal) => {
  await using child = start(`{ run: async () => console.log('up'), stop: async () => console.log('down') }`)
  await child.line(is('up'))
  child.kill(signal)
  expect(await child.exited).toEqual({ code: 0, signal: null })
  await child.line(is('down'))
})

test('a config error is printed in words, without a stack, and exits with 1', async () => {
  await using child = start(`{
    run: async () => { throw new ConfigError('PORT: port 80 is already in use. Example: PORT=81') },
    stop: async () => console.log('down'),
  }`)
  expect(await child.exited).toEqual({ code: 1, signal: null })
  await child.line(is('PORT: port 80 is already in use. Example: PORT=81'))
  await child.line(is('down'))
  expect(child.lines.join('\n')).not.toContain('at ')
})

test('an uncaught exception is logged, stops the process in order and exits with 1', async () => {
  await using child = start(`{
    run: async () => void setTimeout(() => { throw new Error('a bug') }),
    stop: async () => console.log('down'),
  }`)
  expect(await child.exited).toEqual({ code: 1, signal: null })
  await child.line((line) => (line.includes('uncaught exception') && line.includes('a bug') ? true : undefined))
  await child.line(is('down'))
})

test('a stop that takes too long is cut off with exit code 1', async () => {
  await using child = start(`{ run: async () => console.log('up'), stop: () => new Promise(() => {}) }`, 50)
  await child.line(is('up'))
  child.kill('SIGTERM')
  expect(await child.exited).toEqual({ code: 1, signal: null })
  await child.line((line) => (line.includes('the stop took too long') ? true : undefined))
})

function setUp(names: readonly string[], overrides: Record<string, Partial<Component>> = {}) {
  const events: string[] = []
  const components = names.map((name) => {
    const component: Component = {
      async run() {
        events.push(`run ${name}`)
        await overrides[name]?.run?.()
      },
      async stop() {
        events.push(`stop ${name}`)
        await overrides[name]?.stop?.()
      },
    }
    return { name, component }
  })
  return { application: new Application({ logger: silentLogger, components }), events }
}

/** A process that runs this one component. */
function start(component: string, stopDeadlineMs = 5_000): Child {
  const here = JSON.stringify(import.meta.dirname)
  const script = `
    const { runProcess } = await import(${here} + '/lifecycle.ts')
    const { ConfigError } = await import(${here} + '/errors.ts')
    const { createLogger } = await import(${here} + '/logger.ts')
    const { systemClock } = await import(${here} + '/clock.ts')
    const logger = createLogger({ service: 'test', level: 'info' })
    setInterval(() => {}, 1_000)
    await runProcess({ logger, clock: systemClock, application: ${component}, stopDeadlineMs: ${stopDeadlineMs} })`
  return new Child({ command: process.execPath, args: ['--input-type=module', '-e', script] })
}

function is(expected: string): (line: string) => true | undefined {
  return (line) => (line === expected ? true : undefined)
}
