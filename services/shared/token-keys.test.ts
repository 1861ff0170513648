import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ConfigError } from './errors.ts'
import { ecSigningKey, rsaSigningKey } from './testing/key-set-server.ts'
import { FixedKeys, readPublicKeys, secretKey } from './token-keys.ts'

const ec = ecSigningKey('ec')
const rsa = rsaSigningKey('rsa')
/** P-256, self-signed, its private key thrown away. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIBijCCAS+gAwIBAgIUY67YUZ0LtDOgJTGJM3bnLRrbvHkwCgYIKoZIzj0EAwIw
GTEXMBUGA1UEAwwOdG9rZW5zLmV4YW1wbGUwIBcNMjYxMTI0MDMyMTQyWhgPMjEy
NjEwMzEwMzIxNDJaMBkxFzAVBgNVBAMMDnRva2Vucy5leGFtcGxlMFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAEMD88tJWvhc1Ihvw2k1IhyLazswXP0axrTyp2hTkA
/1S1hbm9wlDC4dRpQvbuUfPLx2gMUqT5PUOofd+7xYzJL6NTMFEwHQYDVR0OBBYE
FGrDff3+PcITvW8xF2oQ59qs0COhMB8GA1UdIwQYMBaAFGrDff3+PcITvW8xF2oQ
59qs0COhMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAKCzjDrS
362aqo57u8zY6ZElqllYgfHe9jziqsRNZTHgAiEA0BKwVxbu8hxV7W4+GCZb3f1X
t/JqC6VI25UPwEbvauY=
-----END CERTIFICATE-----
`

test('PEM blocks and certificates are read, with whatever stands between them', () => {
  const keys = readPublicKeys(`issuer A\n${pem(rsa.publicKey)}\nissuer B\n${pem(ec.publicKey)}${certificate}`)
  expect(keys.map(({ algorithm }) => algorithm)).toEqual(['RS256', 'ES256', 'ES256'])
  expect(keys[0]?.key.equals(rsa.publicKey)).toBe(true)
  expect(keys[1]?.key.equals(ec.publicKey)).toBe(true)
})

test('a backslash and an n count as a line break, as environment files write them', () => {
  const [key] = readPublicKeys(pem(ec.publicKey).trim().replaceAll('\n', '\\n'))
  expect(key?.key.equals(ec.publicKey)).toBe(true)
})

test('@ and a path is a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'token-keys-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'jwt.pem')
  writeFileSync(file, pem(ec.publicKey) + pem(rsa.publicKey))
  expect(readPublicKeys(`@${file}`)).toHaveLength(2)
  writeFileSync(file, '')
  expect(failure(`@${file}`)).toBe('JWT_PUBLIC_KEY: not PEM')
  expect(failure(`@${folder}/absent.pem`)).toMatch(/^JWT_PUBLIC_KEY: ENOENT: .*absent\.pem/)
})

test.each<[string, string, RegExp]>([
  ['other text', 'swordfish', /^JWT_PUBLIC_KEY: not PEM$/],
  ['a block without its end', pem(ec.publicKey).slice(0, -10), /^JWT_PUBLIC_KEY: not PEM$/],
  ['a whole block before a cut one', pem(ec.publicKey) + pem(rsa.publicKey).slice(0, -10), /^JWT_PUBLIC_KEY: not PEM$/],
  ['a damaged block', pem(ec.publicKey).replace('\nM', '\nA'), /^JWT_PUBLIC_KEY: PEM block 1: /],
  ['a damaged certificate', certificate.replace('\nM', '\nA'), /^JWT_PUBLIC_KEY: PEM block 1: /],
  [
    'a private key',
    privatePem(ec.privateKey),
    /^JWT_PUBLIC_KEY: PEM block 1: PRIVATE KEY; expected PUBLIC KEY or CERT/,
  ],
  [
    'a second, small RSA key',
    pem(ec.publicKey) + pem(rsaSigningKey('a', 1_024).publicKey),
    /PEM block 2: an RSA key of 1024/,
  ],
  ['P-384', pem(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey), /PEM block 1: an EC key on secp384r1/],
  ['secp256k1', pem(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey), /an EC key on secp256k1/],
  ['Ed25519', pem(generateKeyPairSync('ed25519').publicKey), /PEM block 1: a key of type ed25519/],
  ['RSA-PSS', pem(generateKeyPairSync('rsa-pss', { modulusLength: 2_048 }).publicKey), /a key of type rsa-pss/],
  ['17 keys', pem(ec.publicKey).repeat(17), /17 keys; at most 16/],
])('%s is refused by the name of the variable', (_, setting, message) => {
  expect(failure(setting)).toMatch(message)
  // Not a line of what it held.
  for (const line of setting.split('\n').filter((text) => text.length > 30))
    expect(failure(setting)).not.toContain(line)
})

test('RSA of 2048 bits and 16 keys are enough and not too much', () => {
  expect(readPublicKeys(pem(rsa.publicKey).repeat(16))).toHaveLength(16)
})

test('fixed keys are candidates by their own algorithm, whatever the kid', () => {
  const [secret, ecKey, rsaKey] = [secretKey('secret'), ...readPublicKeys(pem(ec.publicKey) + pem(rsa.publicKey))]
  const keys = new FixedKeys({ keys: [secret, ecKey, rsaKey].filter((key) => key !== undefined) })
  expect(keys.candidates({ algorithm: 'HS256', kid: undefined })).toEqual([secret])
  expect(keys.candidates({ algorithm: 'ES256', kid: 'any' })).toEqual([ecKey])
  expect(keys.candidates({ algorithm: 'RS256', kid: undefined })).toEqual([rsaKey])
})

function pem(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString()
}

function privatePem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

function failure(setting: string): string {
  try {
    readPublicKeys(setting)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as ConfigError).message
  }
  throw new Error('it was accepted')
}
