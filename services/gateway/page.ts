/**
 * The watch page: the files of public/, read once at start and answered from memory.
 *
 * Bound: those files; anything else is 404. The policy lets the page run its own scripts and talk to its own host only.
 */
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'

const files = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/watch.js': ['watch.js', 'text/javascript; charset=utf-8'],
  '/quote-row.js': ['quote-row.js', 'text/javascript; charset=utf-8'],
  '/quote-client.js': ['quote-client.js', 'text/javascript; charset=utf-8'],
  '/watch.css': ['watch.css', 'text/css; charset=utf-8'],
} as const

const securityHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  // The token is in the fragment, which no referrer carries; the path is nobody's business either.
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
}

export class Page {
  readonly #contents = new Map<string, { readonly body: Buffer; readonly type: string }>()

  /** Throws where a file is missing: a broken installation should not start. */
  constructor(folder: URL) {
    for (const [path, [name, type]] of Object.entries(files)) {
      this.#contents.set(path, { body: readFileSync(new URL(name, folder)), type })
    }
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const file = this.#contents.get((request.url ?? '').split('?')[0] ?? '')
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (!file || !isRead) {
      response
        .writeHead(isRead ? 404 : 405, { 'content-type': 'text/plain' })
        .end(isRead ? 'not found\n' : 'only GET\n')
      return
    }
    response.writeHead(200, { ...securityHeaders, 'content-type': file.type, 'content-length': file.body.length })
    response.end(request.method === 'HEAD' ? undefined : file.body)
  }
}
