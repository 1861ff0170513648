/** An identity provider's JWKS endpoint on a free port of the loopback, and the keys to sign with. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'

export interface SigningKey {
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  /** As the set shows it. */
  readonly jwk: Readonly<Record<string, unknown>>
}

export function ecSigningKey(kid: string): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { kid, privateKey, publicKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'ES256' } }
}

export function rsaSigningKey(kid: string, modulusLength = 2_048): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength })
  return { kid, privateKey, publicKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' } }
}

export class KeySetServer {
  /** How many requests came. */
  fetches = 0
  /** Instead of the published keys. */
  respond: RequestListener | undefined
  readonly #server: Server
  #body = '{"keys":[]}'

  constructor() {
    this.#server = createServer((request, response) => {
      this.fetches++
      if (this.respond) this.respond(request, response)
      else this.answer(request, response)
    })
  }

  /** With what is published now. */
  answer(_request: IncomingMessage, response: ServerResponse): void {
    response.setHeader('content-type', 'application/json').end(this.#body)
  }

  async run(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }

  get url(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the server is not running')
    return `http://127.0.0.1:${address.port}/jwks.json`
  }

  publish(...keys: readonly SigningKey[]): void {
    this.publishJwks(keys.map(({ jwk }) => jwk))
  }

  /** Whatever they are. */
  publishJwks(jwks: readonly unknown[]): void {
    this.#body = JSON.stringify({ keys: jwks })
  }
}
