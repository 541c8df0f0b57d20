import { z } from 'zod'
import { causes, effects, severities } from '#domain/disruption'
import { languages } from '#domain/operator'

/** What the control room sends. Strict: an unknown field is an error, so that a typing error in an urgent hour does not pass silently. */
const id = z.string().min(1).max(200)

export const lineChoice = z.strictObject({
  /** Line id. */
  line: id,
  /** 0, 1, or 2 = both. */
  direction: z.int().min(0).max(2).default(2),
  /** A section by GTFS stop_ids of the line; both or none. */
  fromStop: z.string().max(200).default(''),
  toStop: z.string().max(200).default(''),
})

const text = z.string().trim().max(600)

export const noticeBody = z.strictObject({
  lines: z.array(lineChoice).max(100).default([]),
  /** Ids of topics that are not lines (cities), e.g. `air`. */
  topics: z
    .array(z.string().regex(/^[a-z0-9-]{1,60}$/, 'lower-case letters, digits and hyphens'))
    .max(20)
    .default([]),
  /** Everybody of this operator; then no lines and topics may be named. */
  wholeNetwork: z.boolean().default(false),
  effect: z.enum(effects),
  cause: z.enum(causes).default('UNKNOWN_CAUSE'),
  severity: z.enum(severities).default('WARNING'),
  /** Declared end, epoch seconds; 0 = unknown. */
  until: z.int().min(0).max(4_102_444_800).default(0),
  /** Told from here on, epoch seconds; 0 = now. */
  publishAt: z.int().min(0).max(4_102_444_800).default(0),
  /** Replace the generated text of their language. */
  texts: z.partialRecord(z.enum(languages), text).default({}),
})

/** An update changes what it names and leaves the rest as it is. */
export const updateBody = z.strictObject({
  effect: z.enum(effects).optional(),
  cause: z.enum(causes).optional(),
  severity: z.enum(severities).optional(),
  until: z.int().min(0).max(4_102_444_800).optional(),
  texts: z.partialRecord(z.enum(languages), text).optional(),
})

/** The all-clear is always generated: it says of each line only what is true of it. */
export const clearBody = z.strictObject({})

export const confirmBody = z.strictObject({ texts: z.partialRecord(z.enum(languages), text).default({}) })

export const dismissReasons = ['false-data', 'known', 'too-small', 'other'] as const
export const dismissBody = z.strictObject({ reason: z.enum(dismissReasons).default('other') })

export const sessionBody = z.strictObject({ token: z.string().min(1).max(500) })

export type NoticeBody = z.infer<typeof noticeBody>
export type UpdateBody = z.infer<typeof updateBody>
export type LineChoice = z.infer<typeof lineChoice>
