/** A certificate authority, a certificate for 127.0.0.1 and one for a client, made by openssl for one test. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export class RedisCertificates implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'quotewire-tls-'))
  readonly caFile: string
  readonly certFile: string
  readonly keyFile: string

  constructor() {
    this.caFile = this.#make('ca', ['-addext', 'basicConstraints=critical,CA:TRUE'])
    const signed = ['-CA', this.caFile, '-CAkey', this.#path('ca.key')]
    this.certFile = this.#make('node', [...signed, '-addext', 'subjectAltName=IP:127.0.0.1,DNS:redis.test'])
    this.keyFile = this.#path('node.key')
  }

  /** For redis-server. It asks its clients for a certificate only where told to. */
  serverArgs({ asksClients = false } = {}): string[] {
    const files = ['--tls-cert-file', this.certFile, '--tls-key-file', this.keyFile, '--tls-ca-cert-file', this.caFile]
    return [...files, '--tls-auth-clients', asksClients ? 'yes' : 'no', '--tls-replication', 'yes']
  }

  /** The same as lines of a configuration file. */
  configLines(): string[] {
    const args = this.serverArgs()
    return args.flatMap((arg, i) => (arg.startsWith('--') ? [`${arg.slice(2)} ${args[i + 1]}`] : []))
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #path(name: string): string {
    return join(this.#folder, name)
  }

  #make(name: string, how: readonly string[]): string {
    const out = ['-keyout', this.#path(`${name}.key`), '-out', this.#path(`${name}.crt`)]
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
    const subject = ['-subj', `/CN=quotewire test ${name}`, '-days', '2']
    const { status, stderr } = spawnSync('openssl', ['req', '-x509', ...key, ...subject, ...out, ...how])
    if (status !== 0) throw new Error(`openssl: ${stderr}`)
    return this.#path(`${name}.crt`)
  }
}
