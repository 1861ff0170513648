/**
 * `node scripts/moving-prices.ts URL`: connects to the platform behind a page's URL, as the page does, and succeeds
 * once three different prices of one symbol have arrived. Fails after 30 s.
 */
const page = new URL(process.argv[2] ?? '')
const token = new URLSearchParams(page.hash.slice(1)).get('token')
const prices = new Set<number>()
const socket = new WebSocket(`ws://${page.host}/ws`, ['quotewire.v1', `bearer.${token}`])

const timer = setTimeout(() => end(1, `only ${prices.size} prices within 30 s`), 30_000)
socket.onopen = () => socket.send(JSON.stringify({ type: 'subscribe', symbols: ['IBM'] }))
socket.onclose = ({ code, reason }) => end(1, `closed with ${code} ${reason}`)
socket.onmessage = ({ data }) => {
  const message = JSON.parse(String(data)) as { type: string; price?: number }
  if (message.type === 'quote' && message.price !== undefined) prices.add(message.price)
  if (prices.size >= 3) end(0, `prices of IBM: ${[...prices].join(', ')}`)
}

function end(exitCode: number, message: string) {
  clearTimeout(timer)
  socket.onclose = null
  socket.close()
  process.stdout.write(`${message}\n`)
  process.exitCode = exitCode
}
