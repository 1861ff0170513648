import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AddressCounts, ClientAddresses } from './client-address.ts'

const proxied = 'loopback, 10.0.0.0/8, 2001:db8:1::/48'

test('empty is off: there is no address', () => {
  for (const text of ['', '  ']) {
    const addresses = ClientAddresses.parse(text)
    expect(addresses.isOn).toBe(false)
    expect(addressOf(addresses, '192.0.2.1', '198.51.100.1')).toBeUndefined()
  }
})

test('none: the socket’s address counts, whatever the header says', () => {
  const addresses = ClientAddresses.parse('none')
  expect(addresses.isOn).toBe(true)
  expect(addressOf(addresses, '127.0.0.1', '198.51.100.1')).toBe('127.0.0.1')
})

test.each([
  ['no header: the proxy itself', undefined, '127.0.0.1'],
  ['an empty header', '', '127.0.0.1'],
  ['one proxy', '198.51.100.1', '198.51.100.1'],
  ['two proxies', '198.51.100.1, 10.1.2.3', '198.51.100.1'],
  ['what the client claims stands left of it', '203.0.113.9, 198.51.100.1', '198.51.100.1'],
  ['spaces and tabs', ' \t198.51.100.1\t,10.1.2.3  ', '198.51.100.1'],
  ['a proxy that names itself alone', '10.1.2.34', '10.1.2.34'],
  ['IPv6 and mapped proxies', '198.51.100.1, 2001:db8:1:2::3, ::ffff:10.0.0.1', '198.51.100.1'],
  ['a zone is no part of the address', 'fe80::1%eth0', 'fe80::/64'],
  ['text', '203.0.113.9, unknown, 10.1.2.3', '10.1.2.3'],
  ['text alone', 'unknown', '127.0.0.1'],
  ['a port', '203.0.113.9, 198.51.100.1:5678', '127.0.0.1'],
  ['an IPv6 address in brackets', '203.0.113.9, [2001:db8::1]:80', '127.0.0.1'],
  ['an empty entry at the end', '203.0.113.9,', '127.0.0.1'],
  ['an empty entry between', '203.0.113.9,,10.1.2.3', '10.1.2.3'],
  ['only commas', ',,,', '127.0.0.1'],
  ['other ways to write IPv4', '203.0.113.9, 0x7f.1', '127.0.0.1'],
  ['leading zeros', '203.0.113.9, 010.0.0.1', '127.0.0.1'],
  ['a number', '203.0.113.9, 2130706433', '127.0.0.1'],
])('through a trusted proxy: %s', (_case, header, expected) => {
  expect(addressOf(ClientAddresses.parse(proxied), '127.0.0.1', header)).toBe(expected)
})

test('a header is read from the right, 32 entries at most', () => {
  const addresses = ClientAddresses.parse(proxied)
  const entries = Array.from({ length: 10_000 }, (_, i) => `10.0.${i >> 8}.${i & 255}`)
  expect(addressOf(addresses, '127.0.0.1', entries.join(','))).toBe(entries.at(-32))
  expect(addressOf(addresses, '127.0.0.1', ['198.51.100.1', ...entries.slice(0, 31)].join())).toBe('198.51.100.1')
  expect(addressOf(addresses, '127.0.0.1', ','.repeat(10_000))).toBe('127.0.0.1')
})

test('a header that came as a list is one header', () => {
  const headers = { 'x-forwarded-for': ['203.0.113.9', '198.51.100.1'] }
  const request = { headers, socket: { remoteAddress: '127.0.0.1' } }
  expect(ClientAddresses.parse(proxied).addressOf(request)).toBe('198.51.100.1')
})

test('a socket that is closed already has no address', () => {
  for (const text of ['none', proxied]) {
    expect(addressOf(ClientAddresses.parse(text), undefined, '198.51.100.1')).toBeUndefined()
  }
})

test.each([
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:c000:0201', '192.0.2.1'],
  ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
  ['2001:DB8:0:0:1:2:3:4', '2001:db8::/64'],
  ['2001:db8:a:b::1', '2001:db8:a:b::/64'],
  ['2001:db8::a:b:c:d:e', '2001:db8:0:a::/64'],
  ['1:2:3:4:5:6:7:8', '1:2:3:4::/64'],
  ['::1', '::/64'],
  ['::', '::/64'],
  ['::192.0.2.1', '::/64'],
  ['::ffff:0:192.0.2.1', '::/64'],
  ['fe80::1%eth0', 'fe80::/64'],
])('%s counts as %s', (address, expected) => {
  expect(addressOf(ClientAddresses.parse('none'), address, undefined)).toBe(expected)
})

test('the names of ranges and plain addresses are trusted as they say', () => {
  const isTrusted = (text: string, peer: string) =>
    addressOf(ClientAddresses.parse(text), peer, '198.51.100.1') === '198.51.100.1'
  for (const peer of ['10.9.9.9', '172.16.0.1', '192.168.1.1', 'fd00::1', '::ffff:10.0.0.1']) {
    expect([peer, isTrusted('uniquelocal', peer)]).toEqual([peer, true])
  }
  expect([isTrusted('linklocal', 'fe80::1%eth0'), isTrusted('linklocal', '169.254.1.1')]).toEqual([true, true])
  expect([isTrusted('loopback', '::1'), isTrusted('loopback', '10.0.0.1')]).toEqual([true, false])
  expect([isTrusted('192.0.2.1', '192.0.2.1'), isTrusted('192.0.2.1', '192.0.2.2')]).toEqual([true, false])
  expect([isTrusted(' 192.0.2.1 ,, ::1 ', '::1'), isTrusted('2001:db8::/32', '2001:db8:f::1')]).toEqual([true, true])
})

test.each(
  // proxy-addr reads the last five, each as something that nobody means.
  ['foo', 'Loopback', '10.0.0.0/0', '10.0.0.0/33', '10.0.0.0/', '/8', '10.0.0.0/255.0.255.0', '::/0', 'constructor']
    .concat(['1.2.3.4:80', '*', 'true', '10.0.0.0/-1', '10.0.0.0/8/9'])
    .concat(['10/8', '010.0.0.1', '167772161', 'fe80::1%eth0', 'fe80::1%eth0/10']),
)('the setting refuses "%s" and names it', (entry) => {
  expect(() => ClientAddresses.parse(`loopback,${entry}`)).toThrow(`"${entry}" is not an IP address`)
})

test('none beside a proxy is refused, and so are commas alone: neither may switch a limit off', () => {
  expect(() => ClientAddresses.parse('none,10.0.0.0/8')).toThrow('"none" stands alone')
  expect(() => ClientAddresses.parse(' , ')).toThrow('names no proxy')
})

test('no header throws or is passed on: the answer is always one spelling of an address', () => {
  fc.assert(
    fc.property(peer(), garbage(), (remoteAddress, header) => {
      const key = addressOf(ClientAddresses.parse(proxied), remoteAddress, header) ?? ''
      expect(key).toMatch(/^(\d+\.\d+\.\d+\.\d+|[0-9a-f:]*::\/64)$/)
      expect(addressOf(ClientAddresses.parse('none'), key.replace('/64', ''), undefined)).toBe(key)
    }),
    { numRuns: 1_000 },
  )
})

test('a peer that is not trusted cannot choose its address, whatever it sends', () => {
  fc.assert(
    fc.property(outsider(), garbage(), (remoteAddress, header) => {
      const addresses = ClientAddresses.parse(proxied)
      expect(addressOf(addresses, remoteAddress, header)).toBe(addressOf(addresses, remoteAddress, undefined))
    }),
    { numRuns: 1_000 },
  )
})

test('nor can it behind trusted proxies, each of which adds whom it heard', () => {
  const proxies = fc.array(fc.constantFrom('10.1.2.3', '::1', '::ffff:10.0.0.1', '2001:db8:1:2::3'), { maxLength: 5 })
  fc.assert(
    fc.property(outsider(), garbage(), proxies, (client, sent, between) => {
      const addresses = ClientAddresses.parse(proxied)
      const header = [sent, client, ...between].join(', ')
      expect(addressOf(addresses, '127.0.0.1', header)).toBe(addressOf(addresses, client, undefined))
    }),
    { numRuns: 1_000 },
  )
})

test('an IPv6 address counts by its first four groups and by nothing else', () => {
  const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }))
  const half = fc
    .array(group, { minLength: 4, maxLength: 4 })
    .map((groups) => groups.map((n) => n.toString(16)).join(':'))
  fc.assert(
    fc.property(half, half, (network, host) => {
      // The mapped ones are IPv4.
      fc.pre(!(network === '0:0:0:0' && host.startsWith('0:ffff')))
      const key = addressOf(ClientAddresses.parse('none'), `${network}:${host}`, undefined)
      const expected = new URL(`http://[${network}::]`).hostname.slice(1, -1)
      expect(key).toBe(`${expected}/64`)
    }),
    { numRuns: 1_000 },
  )
})

test('an address may have its limit of connections, and its place comes back', () => {
  const counts = new AddressCounts({ limit: 2 })
  expect([counts.enter('a'), counts.enter('a'), counts.enter('a'), counts.enter('b')]).toEqual([
    true,
    true,
    false,
    true,
  ])
  counts.leave('a')
  expect([counts.enter('a'), counts.enter('a')]).toEqual([true, false])
})

test('an address without connections is forgotten, and one that never came owes nothing', () => {
  const counts = new AddressCounts({ limit: 2 })
  for (const address of ['a', 'a', 'b']) counts.enter(address)
  expect(counts.size).toBe(2)
  for (const address of ['a', 'a', 'a', 'b', 'c']) counts.leave(address)
  expect(counts.size).toBe(0)
  expect([counts.enter('a'), counts.enter('a'), counts.enter('a')]).toEqual([true, true, false])
})

function addressOf(addresses: ClientAddresses, remoteAddress: string | undefined, header: string | undefined) {
  const headers = header === undefined ? {} : { 'x-forwarded-for': header }
  return addresses.addressOf({ headers, socket: { remoteAddress } })
}

function outsider() {
  return fc.oneof(
    fc.ipV4().filter((address) => !/^(10|127)\./.test(address)),
    fc.nat(0xffff).map((n) => `2001:db8:2:${n.toString(16)}::1`),
    fc.constant('::ffff:192.0.2.1'),
  )
}

function peer() {
  return fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom('127.0.0.1', '::1', '::ffff:10.0.0.1', 'fe80::1%eth0'))
}

/** What a client may send: entries that look right among others, and plain noise. */
function garbage() {
  const odd = fc.constantFrom(
    '',
    ' ',
    'unknown',
    '_hidden',
    '1.2.3.4:5678',
    '[::1]:80',
    '::1%',
    '1.2.3.4/8',
    '10.0.0.1',
  )
  const noise = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) })
  const entries = fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), peer(), odd, noise), { maxLength: 50 })
  return fc.oneof(
    noise,
    fc.tuple(entries, fc.constantFrom(',', ', ', ' ,\t')).map(([parts, comma]) => parts.join(comma)),
  )
}
