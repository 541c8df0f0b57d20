import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { z } from 'zod'
import { modes } from '#domain/line'
import { languages } from '#domain/operator'
import { rules } from '#domain/disruption'
import { kafkaSettings } from './kafkaSettings'
import type { Settings } from './settings'

const minute = 60_000
const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: minute, h: 60 * minute, d: 24 * 60 * minute }

/** `10s`, `5m`, `6h` → milliseconds. */
function duration(min: string, max: string, example: string) {
  const [low, high] = [toMs(min) as number, toMs(max) as number]
  return z.union([z.string(), z.number()], { error: `needs a duration, e.g. ${example} (${min}–${max})` }).transform((text, context) => {
    const ms = toMs(String(text))
    if (ms !== undefined && ms >= low && ms <= high) return ms
    const why = ms === undefined ? (/^\d+$/.test(String(text)) ? 'has no unit' : 'is no duration') : 'is out of range'
    context.addIssue({ code: 'custom', message: `"${text}" ${why}. Use e.g. ${example} (${min}–${max})` })
    return z.NEVER
  })
}

function toMs(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text)
  return match ? Number(match[1]) * (units[match[2] as string] as number) : undefined
}

const id = z
  .string({ error: 'is missing. Choose a short name of a–z, 0–9 and -' })
  .regex(/^[a-z][a-z0-9-]{0,30}$/, 'use only a–z, 0–9 and -, at most 31, beginning with a letter')
const httpUrl = z
  .string({ error: 'is missing. Give a URL, e.g. https://example.org/feed.pb' })
  .regex(/^https?:\/\/[^\s]+$/, 'is no URL. Use e.g. https://example.org/feed.pb')
const headers = z.record(z.string(), z.string().regex(/^[^\r\n\0]*$/, 'must not hold line breaks')).default({})
const perSecond = (usual: number) => z.number().positive('must be more than 0').max(10_000).default(usual)
const policy = z.enum(['shadow', 'ask', 'auto'], { error: 'is unknown. Use shadow (nobody is told), ask (staff confirm) or auto' })
const seconds = (min: string, max: string, usual: string) =>
  duration(min, max, usual)
    .transform((ms) => ms / 1000)
    .default((toMs(usual) as number) / 1000)

const someSeconds = (min: string, max: string, example: string) =>
  duration(min, max, example)
    .transform((ms) => ms / 1000)
    .optional()

const timetable = (folder: string) =>
  z
    .strictObject({
      url: httpUrl.optional(),
      file: z.string().optional(),
      headers,
      refresh: duration('1m', '7d', '6h').default(6 * 60 * minute),
    })
    .refine((t) => (t.url === undefined) !== (t.file === undefined), 'needs either url or file: where the GTFS zip is')
    .transform((t) => ({
      url: t.url,
      file: t.file === undefined ? undefined : resolve(folder, t.file),
      headers: t.headers,
      refreshMs: t.refresh,
    }))

const idPart = z.string().min(1, 'is empty: leave it out').max(100, 'is too long: at most 100')
const tripIds = z.strictObject({
  cutAt: idPart.optional(),
  stripPrefix: idPart.optional(),
  addPrefix: idPart.optional(),
  nyct: z.boolean().optional(),
})

const feed = z
  .strictObject({
    id,
    url: httpUrl,
    headers,
    every: duration('5s', '5m', '20s').default(20_000),
    timeout: duration('1s', '1m', '15s').default(15_000),
    maxMegabytes: z.number().positive().max(200).default(25),
    staleAfter: duration('30s', '30m', '3m').default(3 * minute),
    tripIds: tripIds.optional(),
  })
  .transform((f) => ({
    id: f.id,
    url: f.url,
    headers: f.headers,
    everyMs: f.every,
    timeoutMs: f.timeout,
    maxBytes: f.maxMegabytes * 2 ** 20,
    staleAfterMs: f.staleAfter,
    ...(f.tripIds && { tripIds: f.tripIds }),
  }))

const channels = z
  .strictObject({
    telegram: z
      .strictObject({
        token: z
          .string({ error: 'is missing. Get one from @BotFather, or leave telegram out' })
          .regex(/^\d+:[\w-]{20,}$/, 'is no bot token (digits:letters). Get one from @BotFather'),
        bot: z.string({ error: 'is missing: the name of the bot without @' }).regex(/^\w{5,32}$/, 'is no bot name: write it without @'),
        apiRoot: httpUrl.default('https://api.telegram.org'),
        perSecond: perSecond(25),
        webhookSecret: z
          .string()
          .regex(/^[\w-]{16,256}$/, 'use 16–256 of A–Z, a–z, 0–9, _ and -')
          .optional(),
        startUrl: httpUrl.optional(),
      })
      .optional(),
    webhook: z.strictObject({ perSecond: perSecond(50), allowPrivateAddresses: z.boolean().default(false) }).optional(),
    email: z
      .strictObject({
        smtp: z
          .string({ error: 'is missing. Use e.g. smtps://user:password@mail.example.org:465, or leave email out' })
          .regex(/^smtps?:\/\/\S+$/, 'is no SMTP address. Use e.g. smtps://user:password@mail.example.org:465'),
        from: z
          .string({ error: 'is missing: the sender, e.g. "City Transit <alerts@example.org>"' })
          .regex(/^[^\r\n\0]+@[^\r\n\0]+$/, 'is no mail address'),
        perSecond: perSecond(20),
      })
      .optional(),
  })
  .prefault({})
  .transform((c) => ({
    telegram: c.telegram && { ...c.telegram, webhookSecret: c.telegram.webhookSecret },
    webhook: c.webhook,
    email: c.email,
  }))

/** Only what is said: the rest is as for the other modes. */
const ofMode = z
  .strictObject({ late: someSeconds('1m', '60m', '10m'), clear: someSeconds('0s', '60m', '5m'), severe: someSeconds('5m', '180m', '30m') })
  .transform(({ late, clear, severe }) => ({
    ...(late !== undefined && { lateSeconds: late }),
    ...(clear !== undefined && { clearSeconds: clear }),
    ...(severe !== undefined && { severeSeconds: severe }),
  }))

const detection = z
  .strictObject({
    byMode: z.partialRecord(z.enum(modes, { error: `is no mode. Use ${modes.join(', ')}` }), ofMode).default({}),
    late: seconds('1m', '60m', '5m'),
    minTrips: z.int().min(1).max(100).default(2),
    minShare: z.number().min(0.01).max(1).default(0.3),
    feedsToOpen: z.int().min(1).max(20).default(2),
    feedsToClose: z.int().min(1).max(40).default(3),
    clear: seconds('0s', '60m', '3m'),
    severe: seconds('5m', '180m', '20m'),
    updateStep: seconds('1m', '60m', '5m'),
    updateAfter: seconds('0s', '120m', '10m'),
  })
  .prefault({})
  .transform((d) => ({
    lateSeconds: d.late,
    minTrips: d.minTrips,
    minShare: d.minShare,
    feedsToOpen: d.feedsToOpen,
    feedsToClose: d.feedsToClose,
    clearSeconds: d.clear,
    severeSeconds: d.severe,
    updateStepSeconds: d.updateStep,
    updateAfterSeconds: d.updateAfter,
    byMode: d.byMode,
  }))

const staff = z.strictObject({
  name: z.string({ error: 'is missing' }).min(1).max(80),
  token: z
    .string({ error: 'is missing. Make one, e.g. with: openssl rand -hex 24' })
    .min(24, 'is too short to be safe. Make one, e.g. with: openssl rand -hex 24'),
})

const redisUrl = z.string().regex(/^rediss?:\/\/\S+$/, 'is no Redis address. Use e.g. redis://redis:6379')
const redis = z.union([z.strictObject({ url: redisUrl }), z.strictObject({ urls: z.array(redisUrl).min(1) })], {
  error: 'needs url, or urls: nodes of a cluster',
})

const noPort = 'is no port. Use a number from 0 to 65535, e.g. 8080'

const isZone = (zone: string) => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }))
  } catch {
    return false
  }
}

const operator = (folder: string) =>
  z.strictObject({
    id,
    name: z.string({ error: 'is missing: what riders call the company' }).min(1).max(80),
    timezone: z.string().refine(isZone, 'is no time zone. Use e.g. Europe/Berlin').optional(),
    languages: z
      .array(z.enum(languages, { error: `is not offered. Use ${languages.join(' or ')}` }))
      .min(1)
      .default(['en']),
    timetable: timetable(folder),
    feeds: z
      .array(feed, { error: 'is missing: give at least one GTFS-realtime URL' })
      .min(1, 'is empty: give at least one GTFS-realtime URL'),
    channels,
    policy: z
      .strictObject({ default: policy.default('shadow'), ...Object.fromEntries(rules.map((r) => [r, policy.optional()])) })
      .prefault({}),
    detection,
    staff: z.array(staff).default([]),
    allowPrivateAddresses: z.boolean().default(false),
    contact: z.string().max(200).optional(),
  })

/** PORT, HOST and LINIENFUNK_HOME of the environment stand over the file. */
export function settingsSchema(env: Readonly<Record<string, string | undefined>>, folder: string): z.ZodType<Settings> {
  return z
    .strictObject({
      host: z.string().default('127.0.0.1'),
      port: z.int(noPort).min(0, noPort).max(65_535, noPort).default(8080),
      home: z.string().default('.linienfunk'),
      publicUrl: httpUrl.optional(),
      kafka: kafkaSettings(folder).optional(),
      redis: redis.optional(),
      keyFile: z.string().optional(),
      operators: z
        .array(operator(folder), { error: 'is missing: give at least one operator' })
        .min(1, 'is empty: give at least one operator')
        .superRefine(unique),
    })
    .transform((s) => ({
      ...s,
      host: env.HOST ?? s.host,
      port: env.PORT === undefined ? s.port : Number(env.PORT),
      home: resolve((env.LINIENFUNK_HOME ?? s.home).replace(/^~(?=\/)/, homedir())),
      publicUrl: s.publicUrl?.replace(/\/$/, ''),
      keyFile: s.keyFile === undefined ? undefined : resolve(folder, s.keyFile),
    })) as unknown as z.ZodType<Settings>
}

function unique(
  operators: readonly { id: string; feeds: readonly { id: string }[]; staff: readonly { token: string }[] }[],
  context: z.RefinementCtx,
): void {
  const twice = (values: readonly string[], path: readonly (string | number)[][], what: string) =>
    values.forEach((value, i) => {
      if (values.indexOf(value) < i)
        context.addIssue({ code: 'custom', path: path[i] as (string | number)[], message: `${what} is used twice. Each needs its own` })
    })
  twice(
    operators.map((o) => o.id),
    operators.map((_, i) => [i, 'id']),
    'this id',
  )
  operators.forEach((o, i) =>
    twice(
      o.feeds.map((f) => f.id),
      o.feeds.map((_, n) => [i, 'feeds', n, 'id']),
      'this id',
    ),
  )
  const tokens = operators.flatMap((o, i) => o.staff.map((s, n) => ({ token: s.token, path: [i, 'staff', n, 'token'] })))
  twice(
    tokens.map((t) => t.token),
    tokens.map((t) => t.path),
    'this token',
  )
}
