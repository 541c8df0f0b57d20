import type { KafkaAdapter, Sasl, Tls } from '#bus/cluster'
import type { DetectionSettings } from '#domain/detectionSettings'
import type { Language, Operator, Policy } from '#domain/operator'
import type { Rule } from '#domain/disruption'

/** The whole configuration, parsed once (parseSettings.ts). Durations in milliseconds, sizes in bytes. Secrets are already read from their files. */
export interface Settings {
  readonly host: string
  readonly port: number
  /** The state folder. */
  readonly home: string
  /** Where riders and messengers reach us, e.g. https://alerts.example.org; undefined: messengers are polled. */
  readonly publicUrl: string | undefined
  /** undefined: the embedded bus, a file of the state folder. */
  readonly kafka?: KafkaSettings
  /** undefined: the embedded store, a file of the state folder. */
  readonly redis?: RedisSettings
  /** The key of riders' addresses; undefined: in the state folder. */
  readonly keyFile?: string
  readonly operators: readonly OperatorSettings[]
}

export interface KafkaSettings {
  /** host:port */
  readonly brokers: readonly string[]
  /** Before every topic and group, where the brokers serve others too. */
  readonly prefix: string
  /** Which client speaks with them; kafkajs unless said otherwise. */
  readonly adapter?: KafkaAdapter
  /** true: TLS with the usual authorities. PEM texts. */
  readonly ssl?: true | Tls
  readonly sasl?: Sasl
  /** Missing topics are made at the start, unless false: then they must be there. */
  readonly createTopics?: boolean
}

/** One server by its URL, or the nodes of a cluster. */
export type RedisSettings = { readonly url: string } | { readonly urls: readonly string[] }

export interface OperatorSettings {
  readonly id: string
  readonly name: string
  /** undefined: the timetable's agency_timezone. */
  readonly timezone: string | undefined
  readonly languages: readonly Language[]
  readonly timetable: TimetableSettings
  readonly feeds: readonly FeedSettings[]
  readonly channels: ChannelSettings
  /** By rule; `default` for the rules not named. Shadow unless said otherwise. */
  readonly policy: Readonly<Partial<Record<Rule, Policy>>> & { readonly default: Policy }
  readonly detection: DetectionSettings
  /** Staff who may use the control room of this operator and no other. */
  readonly staff: readonly StaffSettings[]
  /** True only where feeds live on loopback or a private network. */
  readonly allowPrivateAddresses: boolean
  readonly contact: string | undefined
}

export interface TimetableSettings {
  readonly url: string | undefined
  readonly file: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly refreshMs: number
}

export interface FeedSettings {
  readonly id: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly everyMs: number
  readonly timeoutMs: number
  readonly maxBytes: number
  /** Older than this by its header, a feed is stale. */
  readonly staleAfterMs: number
  /** How its trip ids differ from the timetable's; undefined: they do not. */
  readonly tripIds?: TripIdSettings
}

/** What is done with a feed's trip id, in this order (libs/gtfs/tripIds.ts). */
export interface TripIdSettings {
  readonly cutAt?: string
  readonly stripPrefix?: string
  readonly addPrefix?: string
  /** New York's subway: ids tell route, direction and departure. */
  readonly nyct?: boolean
}

export interface ChannelSettings {
  readonly telegram: TelegramSettings | undefined
  readonly webhook: WebhookSettings | undefined
  readonly email: EmailSettings | undefined
}

export interface TelegramSettings {
  readonly token: string
  /** The bot's name without @, for t.me links. */
  readonly bot: string
  /** https://api.telegram.org unless said otherwise. */
  readonly apiRoot: string
  readonly perSecond: number
  /** Header secret of the inbound webhook. */
  readonly webhookSecret: string | undefined
  /** Where a rider starts the bot, with {bot} and {token}; https://t.me/{bot}?start={token} unless said otherwise. */
  readonly startUrl?: string
}

export interface WebhookSettings {
  readonly perSecond: number
  /** Riders' endpoints on private addresses: only for tests and the demo. */
  readonly allowPrivateAddresses: boolean
}

export interface EmailSettings {
  /** smtp://user:pass@host:port or smtps://… */
  readonly smtp: string
  readonly from: string
  readonly perSecond: number
}

export interface StaffSettings {
  readonly name: string
  readonly token: string
}

export const operatorOf = (s: OperatorSettings): Operator => ({
  id: s.id,
  name: s.name,
  timezone: s.timezone ?? 'UTC',
  languages: s.languages as readonly Language[],
})
