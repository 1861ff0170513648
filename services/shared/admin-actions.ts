/**
 * What may be done to a process over its admin port by who has ADMIN_TOKEN; without one there is nothing of it.
 *
 * In:  requests with `Authorization: Bearer TOKEN` and a body of JSON.
 * Out: the action's answer as JSON; 401, 405, 413, 400 with what was expected, in JSON too.
 * Bound: bodies of 1 KiB, which have to be there within Node's request timeout; a line of the log a second for those who
 * have no token.
 * Closed by: the admin server, with its connections.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { z } from 'zod'
import type { Clock } from './clock.ts'
import { LogLimit } from './log-limit.ts'
import type { Logger } from './logger.ts'
import { isSameSecret } from './same-secret.ts'

/** One path. Each method that it takes; what it returns is the answer. */
export interface AdminAction {
  readonly get?: () => object
  readonly delete?: () => object
  readonly post?: (body: unknown) => object
}

export interface AdminActionsOptions {
  readonly token: string
  readonly actions: Readonly<Record<string, AdminAction>>
  readonly clock: Clock
  readonly logger: Logger
}

const longestBody = 1_024

export class AdminActions {
  readonly #options: AdminActionsOptions
  readonly #strangers: LogLimit

  constructor(options: AdminActionsOptions) {
    this.#options = options
    this.#strangers = new LogLimit(options)
  }

  has(path: string): boolean {
    return Object.hasOwn(this.#options.actions, path)
  }

  async answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { token, actions, logger } = this.#options
    const action = actions[path]
    if (!isSameSecret(request.headers.authorization ?? '', `Bearer ${token}`)) {
      return this.#refuse(path, request, response)
    }
    try {
      if (request.method === 'GET' && action?.get) return reply(response, 200, action.get())
      if (request.method === 'DELETE' && action?.delete) {
        logger.info({ path, method: 'DELETE' }, 'admin action')
        return reply(response, 200, action.delete())
      }
      if (request.method === 'POST' && action?.post) {
        const body = await readJson(request)
        logger.info({ path, method: 'POST', body }, 'admin action')
        return reply(response, 200, action.post(body))
      }
      const methods = Object.keys(action ?? {}).join(', ')
      reply(response, 405, { error: `only ${methods.toUpperCase()}` })
    } catch (error) {
      if (!(error instanceof BadBody)) {
        if (request.destroyed && !request.complete) return
        logger.error({ err: error, path }, 'an admin action failed')
        return reply(response, 500, { error: 'internal error' })
      }
      // What is left of a body that is too long is not read.
      if (error.status === 413) response.setHeader('connection', 'close')
      reply(response, error.status, { error: error.message })
    }
  }

  #refuse(path: string, request: IncomingMessage, response: ServerResponse): void {
    const requests = this.#strangers.count()
    if (requests > 0) {
      const last = { path, peer: request.socket.remoteAddress }
      this.#options.logger.warn({ ...last, requests }, 'admin requests came with a missing or wrong ADMIN_TOKEN')
    }
    response.setHeader('www-authenticate', 'Bearer')
    reply(response, 401, { error: 'missing or wrong ADMIN_TOKEN' })
  }
}

export class BadBody extends Error {
  readonly status: 400 | 413

  constructor(status: 400 | 413, message: string) {
    super(message)
    this.status = status
  }
}

/** Throws BadBody that names the first field which is not as it should be. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new BadBody(400, `${issue?.path.join('.') || 'the body'}: ${issue?.message}`)
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk
    if (body.length > longestBody) throw new BadBody(413, `the body is over ${longestBody} characters`)
  }
  try {
    return JSON.parse(body) as unknown
  } catch {
    throw new BadBody(400, 'the body is no JSON')
  }
}

function reply(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(`${JSON.stringify(body)}\n`)
}
