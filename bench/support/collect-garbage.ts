/**
 * A whole garbage collection in another Node process, through its inspector: what a connection keeps and what only waits
 * to be collected look the same from outside.
 */
import { once } from 'node:events'
import { WebSocket } from 'ws'

/** `port`: that of `--inspect=127.0.0.1:PORT`. */
export async function collectGarbage(port: number): Promise<void> {
  const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
    webSocketDebuggerUrl: string
  }[]
  const url = targets[0]?.webSocketDebuggerUrl
  if (url === undefined) throw new Error(`nothing to inspect on port ${port}`)
  const inspector = new WebSocket(url)
  await once(inspector, 'open')
  // The second finds what finalizers of the first let go.
  for (const id of [1, 2]) {
    inspector.send(JSON.stringify({ id, method: 'HeapProfiler.collectGarbage' }))
    const [answer] = await once(inspector, 'message')
    const { error } = JSON.parse(String(answer)) as { error?: unknown }
    if (error) throw new Error(`the inspector on port ${port} refuses: ${JSON.stringify(error)}`)
  }
  inspector.close()
  await once(inspector, 'close')
}
