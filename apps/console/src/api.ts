import type { MeView, PreviewView, PublicLine, StaffDisruption } from '#domain/controlRoom'
import type { Line } from '#domain/line'

/** A problem+json answer: what the control room shows in its own words plus the hint. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly hint: string,
  ) {
    super(message)
  }
}

async function call<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown, key?: string): Promise<T> {
  const headers: Record<string, string> = {}
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (key !== undefined) headers['idempotency-key'] = key
  const answer = await fetch(`/api/v1${path}`, { method, headers, body: body === undefined ? null : JSON.stringify(body) })
  const text = await answer.text()
  const value = text === '' ? undefined : JSON.parse(text)
  if (answer.ok) return value as T
  throw new ApiError(answer.status, value?.code ?? 'UNKNOWN', value?.detail ?? value?.title ?? answer.statusText, value?.hint ?? '')
}

export interface NoticeDraft {
  readonly lines: readonly { readonly line: string; readonly direction: number; readonly fromStop: string; readonly toStop: string }[]
  readonly wholeNetwork: boolean
  readonly effect: string
  readonly cause: string
  readonly severity: string
  readonly until: number
  readonly texts: Readonly<Record<string, string>>
}

/** `key`: the Idempotency-Key, one for each click that is meant, so that a repeat of the request has one effect. */
export const api = {
  signIn: (token: string) => call<MeView>('POST', '/session', { token }),
  signOut: () => call<void>('DELETE', '/session'),
  me: () => call<MeView>('GET', '/me'),
  lines: (operator: string) => call<PublicLine[]>('GET', `/operators/${operator}/lines`),
  line: (operator: string, line: string) => call<Line>('GET', `/operators/${operator}/lines/${encodeURIComponent(line)}`),
  disruptions: () => call<StaffDisruption[]>('GET', '/disruptions'),
  preview: (draft: NoticeDraft) => call<PreviewView>('POST', '/notices/preview', draft),
  issue: (draft: NoticeDraft, key: string) => call<{ id: string }>('POST', '/notices', draft, key),
  update: (id: string, change: Partial<Omit<NoticeDraft, 'lines' | 'wholeNetwork'>>, key: string) =>
    call<{ id: string }>('POST', `/notices/${encodeURIComponent(id)}/update`, change, key),
  clear: (id: string, key: string) => call<{ id: string }>('POST', `/notices/${encodeURIComponent(id)}/clear`, {}, key),
  confirm: (id: string, key: string) => call<{ id: string }>('POST', `/disruptions/${encodeURIComponent(id)}/confirm`, {}, key),
  dismiss: (id: string, reason: string, key: string) =>
    call<{ id: string }>('POST', `/disruptions/${encodeURIComponent(id)}/dismiss`, { reason }, key),
}

export const freshKey = (): string => crypto.randomUUID()
