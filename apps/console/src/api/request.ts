import { ApiError } from './apiError'

interface Problem {
  readonly code?: string
  readonly detail?: string
  readonly title?: string
  readonly hint?: string
}

/** Longer than the gateway waits for anything. */
const patienceMs = 20_000

/** One request to the gateway; `key` is the Idempotency-Key. Throws ApiError. */
export async function request<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown, key?: string): Promise<T> {
  const answer = await reach(`/api/v1${path}`, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...(key !== undefined && { 'idempotency-key': key }) },
    body: body === undefined ? null : JSON.stringify(body),
    // The public answers may be kept for seconds; who just changed something wants to see it.
    cache: 'no-store',
    signal: AbortSignal.timeout(patienceMs),
  })
  const value = parsed(await answer.text())
  if (answer.ok) return value as T
  const problem = (value ?? {}) as Problem
  throw new ApiError(answer.status, problem.code ?? 'UNKNOWN', problem.detail ?? problem.title ?? answer.statusText, problem.hint ?? '')
}

const reach = (url: string, init: RequestInit): Promise<Response> =>
  fetch(url, init).catch((error: unknown) => {
    throw new ApiError(0, 'UNREACHABLE', String(error), '')
  })

/** Undefined for an empty answer and for what is no JSON (a proxy's error page). */
function parsed(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
