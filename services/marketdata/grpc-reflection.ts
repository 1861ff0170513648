/** Server reflection, for grpcurl and the like. Its modules are loaded on demand: production does not need them. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ReflectionService } from '@grpc/reflection'

type Server = Parameters<ReflectionService['addToServer']>[0]

export async function addReflection(server: Server): Promise<void> {
  const [{ ReflectionService }, { loadSync }] = await Promise.all([
    import('@grpc/reflection'),
    import('@grpc/proto-loader'),
  ])
  // A bundle ships its own copy beside its code.
  const beside = join(import.meta.dirname, 'proto')
  const protoRoot = existsSync(beside) ? beside : join(import.meta.dirname, '../../proto')
  new ReflectionService(loadSync('quotewire/v1/market_data.proto', { includeDirs: [protoRoot] })).addToServer(server)
}
