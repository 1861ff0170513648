import { createLogger } from '../logger.ts'

export const silentLogger = createLogger({ service: 'test', level: 'silent' })
