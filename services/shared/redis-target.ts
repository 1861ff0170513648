/**
 * Where Redis is, as one URL for every way people run it:
 *
 *   redis://user:password@host:6379/0                                  one server (rediss:// for TLS)
 *   redis+sentinel://user:password@h1:26379,h2:26379/mymaster/0        a master behind Sentinels
 *   redis+cluster://user:password@h1:6379,h2:6379                      a Cluster, by any of its nodes
 *
 * `rediss+sentinel` and `rediss+cluster` are the same with TLS. Sentinels may have their own credentials:
 * `?sentinelUsername=…&sentinelPassword=…`. Parts are percent-decoded. REDIS_USERNAME and REDIS_PASSWORD, where set, take
 * the place of the URL's, so that a Secret need not be spliced into it.
 */
export interface HostPort {
  readonly host: string
  readonly port: number
}

export interface Credentials {
  readonly username?: string
  readonly password?: string
}

export type RedisTarget = { readonly tls: boolean; readonly credentials: Credentials } & (
  | { readonly kind: 'single'; readonly server: HostPort; readonly db: number }
  | {
      readonly kind: 'sentinel'
      readonly sentinels: readonly HostPort[]
      readonly masterName: string
      readonly db: number
      readonly sentinelCredentials: Credentials
    }
  | { readonly kind: 'cluster'; readonly nodes: readonly HostPort[] }
)

const form =
  /^(?<scheme>rediss?)(?:\+(?<kind>sentinel|cluster))?:\/\/(?:(?<userinfo>[^@/]*)@)?(?<hosts>[^/?@]+)(?<path>\/[^?]*)?(?:\?(?<query>.*))?$/
const host = /^(?<name>[A-Za-z0-9._-]+|\[[0-9a-fA-F:.]+\])(?::(?<port>\d{1,5}))?$/

/** Throws an Error whose message says what is wrong, without the URL. */
export function parseRedisUrl(url: string): RedisTarget {
  const groups = form.exec(url)?.groups
  if (!groups) throw new Error('not a redis://, rediss://, redis+sentinel:// or redis+cluster:// URL')
  const common = { tls: groups.scheme === 'rediss', credentials: readUserinfo(groups.userinfo) }
  const path = (groups.path ?? '').split('/').slice(1).map(decodeURIComponent)
  if (groups.kind === 'cluster') {
    if (path.some((part) => part !== '')) throw new Error('a Cluster has no databases: nothing may follow the hosts')
    return { ...common, kind: 'cluster', nodes: readHosts(groups.hosts, 6_379) }
  }
  if (groups.kind === 'sentinel') {
    const [masterName = '', db] = path
    if (masterName === '') throw new Error('the master’s name has to follow the Sentinels, as in /mymaster')
    const sentinelCredentials = readSentinelCredentials(new URLSearchParams(groups.query ?? ''))
    const sentinels = readHosts(groups.hosts, 26_379)
    return { ...common, kind: 'sentinel', sentinels, masterName, db: readDatabase(db), sentinelCredentials }
  }
  const [server, ...others] = readHosts(groups.hosts, 6_379)
  if (!server || others.length > 0) throw new Error('several hosts need redis+sentinel:// or redis+cluster://')
  return { ...common, kind: 'single', server, db: readDatabase(path[0]) }
}

/** The same target with credentials from elsewhere; an empty one changes nothing. */
export function withCredentials(target: RedisTarget, { username = '', password = '' }: Credentials): RedisTarget {
  const credentials = {
    ...target.credentials,
    ...(username === '' ? {} : { username }),
    ...(password === '' ? {} : { password }),
  }
  return { ...target, credentials }
}

/** For logs: no credentials. */
export function describeTarget(target: RedisTarget): string {
  const scheme = target.tls ? 'rediss' : 'redis'
  const show = (hosts: readonly HostPort[]) => hosts.map(({ host, port }) => `${host}:${port}`).join(',')
  if (target.kind === 'single') return `${scheme}://${show([target.server])}/${target.db}`
  if (target.kind === 'cluster') return `${scheme}+cluster://${show(target.nodes)}`
  return `${scheme}+sentinel://${show(target.sentinels)}/${target.masterName}/${target.db}`
}

function readUserinfo(userinfo: string | undefined): Credentials {
  if (userinfo === undefined) return {}
  const colon = userinfo.indexOf(':')
  const [username, password] = colon < 0 ? [userinfo, ''] : [userinfo.slice(0, colon), userinfo.slice(colon + 1)]
  return {
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
  }
}

function readSentinelCredentials(query: URLSearchParams): Credentials {
  const username = query.get('sentinelUsername')
  const password = query.get('sentinelPassword')
  return { ...(username ? { username } : {}), ...(password ? { password } : {}) }
}

function readHosts(hosts: string | undefined, defaultPort: number): HostPort[] {
  return (hosts ?? '').split(',').map((text) => {
    const groups = host.exec(text)?.groups
    const port = Number(groups?.port ?? defaultPort)
    if (!groups?.name || port < 1 || port > 65_535) throw new Error('a host is not of the form name:port')
    return { host: groups.name.replace(/^\[|\]$/g, ''), port }
  })
}

function readDatabase(text: string | undefined): number {
  if (text === undefined || text === '') return 0
  if (!/^\d{1,4}$/.test(text)) throw new Error('the database is not a number')
  return Number(text)
}
