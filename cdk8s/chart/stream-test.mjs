// @ts-check
/**
 * `helm test`: signs a token, connects, subscribes, and ends with 0 at the first quote.
 *
 * In:  GATEWAY_URL, SYMBOL, TIMEOUT_MS, JWT_SECRET, JWT_ISSUER, JWT_AUDIENCE; nothing but Node 22 or later.
 * Out: each message but quotes, a line each; exit 0, or 1, with the reason as its last line.
 * Bound: one connection at a time, one attempt a second until TIMEOUT_MS is over; a refused token ends it at once.
 */
import { createHmac } from 'node:crypto'

// biome-ignore lint/style/noProcessEnv: a script of its own, with nothing but the environment
const { GATEWAY_URL = '', SYMBOL = '', TIMEOUT_MS = '60000', JWT_SECRET = '', JWT_ISSUER, JWT_AUDIENCE } = process.env
const retryMs = 1_000
/** From here on a close code says that coming back is useless (docs/PROTOCOL.md). */
const firstFinalCode = 4_500
let last = 'no connection yet'

setTimeout(() => end(1, `no quote of ${SYMBOL} within ${TIMEOUT_MS} ms: ${last}`), Number(TIMEOUT_MS))
attempt()

function attempt() {
  const socket = new WebSocket(GATEWAY_URL)
  socket.addEventListener('open', () => socket.send(JSON.stringify({ type: 'auth', token: token() })))
  socket.addEventListener('message', ({ data }) => onMessage(socket, JSON.parse(String(data))))
  socket.addEventListener('close', ({ code, reason }) => {
    last = `closed with ${code} ${reason}`
    if (code >= firstFinalCode) end(1, last)
    setTimeout(attempt, retryMs)
  })
}

/**
 * @param {WebSocket} socket
 * @param {{ type: string, symbol?: string, price?: number, seq?: number, rejected?: unknown[] }} message
 */
function onMessage(socket, message) {
  if (message.type !== 'quote') {
    last = JSON.stringify(message)
    process.stdout.write(`${last}\n`)
  }
  if (message.type === 'connected') socket.send(JSON.stringify({ type: 'subscribe', symbols: [SYMBOL], id: 1 }))
  if (message.type === 'quote' && message.symbol === SYMBOL) {
    end(0, `${SYMBOL} is ${message.price} (seq ${message.seq})`)
  }
}

function token() {
  const now = Math.floor(Date.now() / 1_000)
  const claims = { sub: 'helm-test', iat: now, exp: now + 300, iss: JWT_ISSUER, aud: JWT_AUDIENCE }
  const signed = [{ alg: 'HS256', typ: 'JWT' }, claims].map(base64url).join('.')
  return `${signed}.${createHmac('sha256', JWT_SECRET).update(signed).digest('base64url')}`
}

/** @param {object} part */
function base64url(part) {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}

/**
 * @param {number} code
 * @param {string} why
 */
function end(code, why) {
  process.stdout.write(`${why}\n`)
  process.exit(code)
}
