import type { z } from 'zod'
import { Problem } from './problem'

/** The parsed body, or a 400 that names the first faults; an array that is too long is a 413. */
export function parseBody<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const result = schema.safeParse(body ?? {})
  if (result.success) return result.data
  const tooLong = result.error.issues.find((i) => i.code === 'too_big' && i.origin === 'array')
  const detail = result.error.issues.slice(0, 5).map(describe).join('; ')
  if (tooLong) throw new Problem(413, 'BODY_TOO_LARGE', detail, 'Send fewer entries.')
  throw new Problem(400, 'BODY_INVALID', detail, 'See /openapi.json for what is expected.')
}

const describe = (issue: z.core.$ZodIssue) => `${issue.path.map(String).join('.') || 'body'}: ${issue.message}`.slice(0, 300)
