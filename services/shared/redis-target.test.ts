import { expect, test } from 'vitest'
import { describeTarget, parseRedisUrl, withCredentials } from './redis-target.ts'

test('one server, with and without all the parts', () => {
  expect(parseRedisUrl('redis://localhost')).toEqual({
    kind: 'single',
    tls: false,
    credentials: {},
    server: { host: 'localhost', port: 6379 },
    db: 0,
  })
  expect(parseRedisUrl('rediss://us%40er:p%3Aw%2F@[::1]:7000/3')).toEqual({
    kind: 'single',
    tls: true,
    credentials: { username: 'us@er', password: 'p:w/' },
    server: { host: '::1', port: 7000 },
    db: 3,
  })
  expect(parseRedisUrl('redis://:secret@h').credentials).toEqual({ password: 'secret' })
})

test('a master behind Sentinels, with credentials for both', () => {
  expect(parseRedisUrl('redis+sentinel://u:p@s1:1,s2:2,s3/mymaster/4?sentinelPassword=sp')).toEqual({
    kind: 'sentinel',
    tls: false,
    credentials: { username: 'u', password: 'p' },
    sentinels: [
      { host: 's1', port: 1 },
      { host: 's2', port: 2 },
      { host: 's3', port: 26379 },
    ],
    masterName: 'mymaster',
    db: 4,
    sentinelCredentials: { password: 'sp' },
  })
})

test('a Cluster by some of its nodes', () => {
  expect(parseRedisUrl('rediss+cluster://n1:7001,n2:7002')).toEqual({
    kind: 'cluster',
    tls: true,
    credentials: {},
    nodes: [
      { host: 'n1', port: 7001 },
      { host: 'n2', port: 7002 },
    ],
  })
})

test.each([
  ['http://localhost', 'not a redis'],
  ['localhost:6379', 'not a redis'],
  ['redis://', 'not a redis'],
  ['redis://h:70000', 'a host is not'],
  ['redis://h:port', 'a host is not'],
  ['redis://a:1,b:2', 'several hosts'],
  ['redis://h/zero', 'the database'],
  ['redis+sentinel://a:1', 'the master’s name'],
  ['redis+cluster://a:1/0', 'has no databases'],
])('%s is refused: %s', (url, why) => {
  expect(() => parseRedisUrl(url)).toThrow(why)
})

test('an error never quotes the URL, which may hold a password', () => {
  expect(() => parseRedisUrl('redis://:hunter2@h:70000')).toThrow(/^(?!.*hunter2)/)
})

test('credentials from elsewhere take the place of the URL’s, empty ones do not', () => {
  const target = parseRedisUrl('redis://u:p@h')
  expect(withCredentials(target, { username: '', password: 'other' }).credentials).toEqual({
    username: 'u',
    password: 'other',
  })
})

test.each(['redis://u:p@h:1/2', 'rediss+cluster://:p@a:1,b:2', 'redis+sentinel://u:p@a:1/m/0?sentinelPassword=s'])(
  'the description of %s has no credentials',
  (url) => {
    const text = describeTarget(parseRedisUrl(url))
    expect(text).toBe(url.replace(/\/\/.*@/, '//').replace(/\?.*/, ''))
  },
)
