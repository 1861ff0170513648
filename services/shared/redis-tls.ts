/**
 * TLS to Redis, Sentinels and Cluster nodes alike. The server's certificate is always verified: against `ca`, or the
 * authorities Node brings along; there is no setting to skip that.
 *
 * In:  PEM texts, or the names of files with them, read once at the start: a renewed file needs a restart.
 * Out: options for `tls.connect`, and what a certificate's error code means for whoever reads the log.
 */
import { readFileSync } from 'node:fs'
import { type ConnectionOptions, createSecureContext } from 'node:tls'
import { ConfigError } from './errors.ts'

export interface RedisTls {
  /** PEM; may hold several certificates. */
  readonly ca?: string
  /** PEM, with `key`: for a server that asks for a client's certificate. */
  readonly cert?: string
  readonly key?: string
  /** The name the certificates have to carry, where nodes and Sentinels tell each other's addresses as IP. */
  readonly serverName?: string
}

/** Settings as they come from the environment; an empty one is as good as none. */
export interface RedisTlsSettings {
  readonly caFile?: string
  readonly certFile?: string
  readonly keyFile?: string
  readonly serverName?: string
}

/** Undefined where nothing is set. Throws ConfigError for files that are unreadable, half missing or do not belong together. */
export function loadRedisTls(settings: RedisTlsSettings): RedisTls | undefined {
  const { caFile = '', certFile = '', keyFile = '', serverName = '' } = settings
  if ((certFile === '') !== (keyFile === '')) {
    throw new ConfigError('REDIS_TLS_CERT_FILE and REDIS_TLS_KEY_FILE belong together: only one is set')
  }
  const tls = {
    ...(caFile === '' ? {} : { ca: readPem('REDIS_TLS_CA_FILE', caFile) }),
    ...(certFile === '' ? {} : { cert: readPem('REDIS_TLS_CERT_FILE', certFile) }),
    ...(keyFile === '' ? {} : { key: readPem('REDIS_TLS_KEY_FILE', keyFile) }),
    ...(serverName === '' ? {} : { serverName }),
  }
  if (Object.keys(tls).length === 0) return undefined
  try {
    createSecureContext(connectionOptions(tls))
  } catch (error) {
    throw new ConfigError(`REDIS_TLS_…_FILE: ${error instanceof Error ? error.message : 'unusable'}`)
  }
  return tls
}

export function connectionOptions({ ca, cert, key, serverName }: RedisTls): ConnectionOptions {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(serverName === undefined ? {} : { servername: serverName }),
  }
}

const untrusted = 'no authority we trust has signed the certificate of this server; see REDIS_TLS_CA_FILE'
const hints: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  CERT_SIGNATURE_FAILURE: untrusted,
  CERT_HAS_EXPIRED: 'the certificate of this server has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate of this server is for another name; see REDIS_TLS_SERVER_NAME',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'this server asks for our certificate; see REDIS_TLS_CERT_FILE',
  ERR_SSL_WRONG_VERSION_NUMBER: 'this port does not speak TLS; use redis:// or the TLS port',
}

/** For the log; undefined where the error is none of TLS. */
export function hintOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? hints[error.code] : undefined
}

function readPem(variable: string, file: string): string {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new ConfigError(`${variable}: ${error instanceof Error ? error.message : 'unreadable'}`)
  }
  if (!text.includes('-----BEGIN ')) throw new ConfigError(`${variable}: ${file} is not PEM`)
  return text
}
