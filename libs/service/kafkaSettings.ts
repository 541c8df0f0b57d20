import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { type Tls, kafkaAdapters, saslMechanisms } from '#bus/cluster'
import type { KafkaSettings } from './settings'

const noBroker = 'is no broker. Use e.g. kafka:9092'
const broker = z.string(noBroker).regex(/^[\w.-]+:\d+$/, noBroker)

/** A file of the configuration's folder → its PEM text. */
const pem = (folder: string) =>
  z.string({ error: 'needs the path of a PEM file' }).transform((path, context) => {
    const file = resolve(folder, path)
    const text = readable(file)
    if (text?.includes('-----BEGIN ')) return text
    const why = text === undefined ? 'cannot be read. Make it, readable for this user' : 'is no PEM file: it must hold -----BEGIN …'
    context.addIssue({ code: 'custom', message: `the file ${file} ${why}` })
    return z.NEVER
  })

function readable(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

const tls = (folder: string): z.ZodType<Tls> =>
  z
    .strictObject({ ca: pem(folder).optional(), cert: pem(folder).optional(), key: pem(folder).optional() })
    .refine((t) => (t.cert === undefined) === (t.key === undefined), 'has only one of cert and key. Give both, or none') as z.ZodType<Tls>

/** A fault of one of the two must not read as one of both. */
const ssl = (folder: string) => {
  const files = tls(folder)
  return z.unknown().transform((value, context): true | Tls | undefined => {
    if (typeof value === 'boolean') return value || undefined
    if (value !== null && typeof value === 'object') {
      const parsed = files.safeParse(value)
      if (parsed.success) return parsed.data
      for (const issue of parsed.error.issues) context.addIssue({ ...issue, message: issue.message })
    } else context.addIssue({ code: 'custom', message: 'is unknown. Use true, or { ca, cert, key } with the paths of PEM files' })
    return z.NEVER
  })
}

const sasl = z.strictObject({
  mechanism: z.enum(saslMechanisms, { error: `is unknown. Use ${saslMechanisms.join(', ')}` }),
  username: z.string({ error: 'is missing: the name by which the brokers know us' }).min(1, 'is empty'),
  password: z.string({ error: 'is missing. Give passwordFile: a path, or password: ${NAME} of the environment' }).min(1, 'is empty'),
})

/** `kafka:` of the configuration; paths are those of `folder`. */
export const kafkaSettings = (folder: string): z.ZodType<KafkaSettings> =>
  z.strictObject({
    brokers: z.array(broker, { error: 'is missing: give at least one host:port' }).min(1, 'is empty: give at least one host:port'),
    prefix: z
      .string()
      .regex(/^[a-z0-9.-]{0,40}$/, 'use only a–z, 0–9, - and .')
      .default(''),
    adapter: z.enum(kafkaAdapters, { error: `is unknown. Use ${kafkaAdapters.join(' or ')}` }).default('kafkajs'),
    ssl: ssl(folder).optional(),
    sasl: sasl.optional(),
    createTopics: z.boolean({ error: 'needs true or false' }).default(true),
  }) as unknown as z.ZodType<KafkaSettings>
