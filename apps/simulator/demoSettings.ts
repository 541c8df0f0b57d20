import type { FeedSettings, OperatorSettings } from '#service/settings'
import { feedNames } from './feeds/snapshot'
import { cities } from './plan/cities'
import type { City } from './plan/plan'
import { demoBots } from './phone/people'

export interface DemoAddress {
  readonly port: number
  /** Where the process listens. */
  readonly host: string
  /** Staff tokens by operator. */
  readonly tokens: Readonly<Record<string, string>>
}

/** The configuration that connects the simulated operators, as any others would be: by the addresses of their feeds. */
export function demoSettings(address: DemoAddress): OperatorSettings[] {
  const root = `http://${reachable(address.host)}:${address.port}`
  return cities.map((city) => operatorSettings(city, root, address.tokens[city.operator] ?? ''))
}

/** A process that listens everywhere is reached on loopback. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::' || host === '') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

function operatorSettings(city: City, root: string, staffToken: string): OperatorSettings {
  const published = `${root}/city/${city.operator}`
  const bot = demoBots.find((b) => b.operator === city.operator)
  return {
    id: city.operator,
    name: city.name,
    timezone: 'Europe/Berlin',
    languages: ['de', 'en'],
    timetable: { url: `${published}/gtfs.zip`, file: undefined, headers: {}, refreshMs: 600_000 },
    feeds: feedNames.map((name) => feedSettings(name, `${published}/${name}.pb`)),
    channels: {
      telegram: bot && {
        token: bot.token,
        bot: bot.username,
        apiRoot: `${root}/phone`,
        perSecond: 25,
        webhookSecret: undefined,
        startUrl: `${root}/phone?bot={bot}&start={token}`,
      },
      webhook: undefined,
      email: undefined,
    },
    policy: { default: 'auto' },
    detection: {
      lateSeconds: 300,
      minTrips: 2,
      minShare: 0.3,
      feedsToOpen: 2,
      feedsToClose: 2,
      clearSeconds: 180,
      severeSeconds: 1200,
      updateStepSeconds: 300,
      updateAfterSeconds: 20,
    },
    staff: staffToken ? [{ name: 'Leitstelle', token: staffToken }] : [],
    allowPrivateAddresses: true,
    contact: undefined,
  }
}

const feedSettings = (id: string, url: string): FeedSettings => ({
  id,
  url,
  headers: {},
  everyMs: 2000,
  timeoutMs: 5000,
  maxBytes: 16 * 2 ** 20,
  staleAfterMs: 90_000,
})
