/** One question to one server, over a connection of its own: others may just be failing over. */
import { Redis } from 'ioredis'
import type { RedisTls } from '../../shared/redis-tls.ts'

export interface AskedServer {
  readonly port: number
  readonly tls?: RedisTls
}

export async function askRedis<T>({ port, tls }: AskedServer, question: (admin: Redis) => Promise<T>): Promise<T> {
  const admin = new Redis({
    host: '127.0.0.1',
    port,
    ...(tls ? { tls } : {}),
    enableReadyCheck: false,
    retryStrategy: () => null,
    commandTimeout: 1_000,
  })
  admin.on('error', () => {})
  try {
    return await question(admin)
  } finally {
    admin.disconnect()
  }
}
