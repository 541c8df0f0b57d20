import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Line } from '#domain/line'
import type { ChannelName, Rider } from '#domain/rider'
import { lineScopeKey } from '#domain/rider'
import { webhookAddress } from '#channels/webhookAddress'
import type { Keys } from '#service/keys'
import { zipOf } from '../libs/gtfs/zipOf'

/** Two tenants with a line of the same name each; every rider rides it. One in ten is told by Telegram, the others by a webhook. */
export const operators = ['anger', 'ufer'] as const
export type Operator = (typeof operators)[number]

export const line: Line['id'] = 'tram-3'
export const staffToken = (operator: string): string => `faults-staff-of-${operator}-000000`
const botToken = (operator: string): string => `1001:faults-bot-of-${operator}-000000`
export const operatorOfToken = (token: string): string => /faults-bot-of-(\w+)-/.exec(token)?.[1] ?? ''
export const masterKey = Buffer.alloc(32, 7)
const webhookSecret = `whsec_${Buffer.alloc(24, 5).toString('base64')}`

/** A rider as the harness knows him, outside of the system under test. */
export interface Person {
  readonly operator: Operator
  readonly number: number
  readonly channel: ChannelName
  /** What the messenger knows: a chat id, or the path of the endpoint. */
  readonly address: string
}

/** So many riders in all, half of them of each operator. */
export function peopleOf(riders: number, channels: readonly ChannelName[] = ['WEBHOOK', 'TELEGRAM']): Person[] {
  return operators.flatMap((operator, o) =>
    Array.from({ length: riders / operators.length }, (_, i): Person => {
      const channel = channels.includes('WEBHOOK') && (i % 10 > 0 || !channels.includes('TELEGRAM')) ? 'WEBHOOK' : 'TELEGRAM'
      const address = channel === 'TELEGRAM' ? String((o + 1) * 1_000_000 + i) : `/hook/${operator}/${i}`
      return { operator, number: i + 1, channel, address }
    }),
  )
}

/** The record that the gateway would have written. `provider`: the root of the messenger's URLs. */
export function riderOf({ operator, number, channel, address }: Person, keys: Keys, provider: string): Rider {
  const id = `r${number}`
  const contact = channel === 'WEBHOOK' ? webhookAddress({ url: provider + address, secret: webhookSecret }) : address
  const sealed = keys.seal(operator, id, contact)
  const hash = keys.hash(operator, channel, contact)
  return {
    operator,
    id,
    number,
    language: 'en',
    addresses: [{ channel, sealed, hash, confirmed: true, stopped: false }],
    subscriptions: [
      {
        scope: lineScopeKey(line),
        direction: 2,
        fromStop: '',
        toStop: '',
        windows: [],
        minSeverity: 'INFO',
        minDelay: 0,
        channel,
        fromHour: 0,
        untilHour: 0,
      },
    ],
    consents: [{ at: 1, source: 'api', given: true }],
    pausedUntil: 0,
    createdAt: 1,
  }
}

export interface ConfigParts {
  readonly folder: string
  readonly provider: string
  readonly kafka?: readonly string[]
  readonly redis?: string
  /** Messages a second that an account may send. */
  readonly perSecond: number
}

/** Writes the configuration and the key of the addresses; answers the configuration's path. JSON is YAML. */
export function writeConfig({ folder, provider, kafka, redis, perSecond }: ConfigParts): string {
  const config = {
    ...(kafka && { kafka: { brokers: kafka } }),
    ...(redis && { redis: { url: redis } }),
    keyFile: 'address.key',
    operators: operators.map((id) => ({
      id,
      name: id,
      timezone: 'Europe/Berlin',
      languages: ['de', 'en'],
      timetable: { url: `${provider}/${id}/gtfs.zip` },
      feeds: [{ id: 'trips', url: `${provider}/${id}/feed.pb`, every: '5m' }],
      channels: {
        telegram: { bot: `${id}_bot`, token: botToken(id), apiRoot: provider, perSecond },
        webhook: { perSecond, allowPrivateAddresses: true },
      },
      policy: { default: 'shadow', NOTICE: 'auto' },
      allowPrivateAddresses: true,
      staff: [{ name: 'Test', token: staffToken(id) }],
    })),
  }
  writeFileSync(join(folder, 'address.key'), masterKey)
  const file = join(folder, 'linienfunk.yaml')
  writeFileSync(file, JSON.stringify(config, undefined, 2))
  return file
}

/** One line between two stops, a trip each way and day. */
export const timetableZip = (): Buffer =>
  zipOf({
    'agency.txt': 'agency_id,agency_name,agency_url,agency_timezone,agency_lang\nA,Town,https://example.org,Europe/Berlin,de\n',
    'routes.txt': 'route_id,agency_id,route_short_name,route_long_name,route_type\nR3,A,3,,0\n',
    'stops.txt': 'stop_id,stop_name,stop_lat,stop_lon\nS1,Nordtor,50.01,8.00\nS2,Markt,50.02,8.00\n',
    'calendar.txt':
      'service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\nALL,1,1,1,1,1,1,1,20250101,20401231\n',
    'trips.txt': 'route_id,service_id,trip_id,trip_headsign,direction_id\nR3,ALL,out,Markt,0\nR3,ALL,back,Nordtor,1\n',
    'stop_times.txt':
      'trip_id,arrival_time,departure_time,stop_id,stop_sequence\nout,08:00:00,08:00:00,S1,1\nout,08:20:00,08:20:00,S2,2\n' +
      'back,09:00:00,09:00:00,S2,1\nback,09:20:00,09:20:00,S1,2\n',
  })
