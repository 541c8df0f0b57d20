import type { MeView, PreviewView, PublicLine, StaffDisruption } from '#domain/controlRoom'
import type { Cause, Effect, Severity } from '#domain/disruption'
import type { Line } from '#domain/line'
import { request } from './request'

export interface LineChoice {
  readonly line: string
  /** 0, 1, or 2 = both. */
  readonly direction: number
  /** GTFS stop_ids; both or none. */
  readonly fromStop: string
  readonly toStop: string
}

export interface NoticeDraft {
  readonly lines: readonly LineChoice[]
  readonly wholeNetwork: boolean
  readonly effect: Effect
  readonly cause: Cause
  readonly severity: Severity
  /** Epoch seconds; 0 = not known. */
  readonly until: number
  /** By language; replace the generated text. */
  readonly texts: Readonly<Record<string, string>>
}

/** What an update names; the rest stays. */
export type NoticeChange = Partial<Omit<NoticeDraft, 'lines' | 'wholeNetwork'>>

const path = (...parts: readonly string[]) => parts.map((p) => `/${encodeURIComponent(p)}`).join('')
const act = (to: string, body: unknown, key: string) => request<{ id: string }>('POST', to, body, key)

/** `key`: the Idempotency-Key, one for each act that is meant, so that a repeated request has one effect. All throw ApiError. */
export const api = {
  signIn: (token: string) => request<MeView>('POST', '/session', { token }),
  signOut: () => request<void>('DELETE', '/session'),
  session: () => request<{ readonly signedIn: boolean }>('GET', '/session'),
  me: () => request<MeView>('GET', '/me'),
  lines: (operator: string) => request<PublicLine[]>('GET', path('operators', operator, 'lines')),
  line: (operator: string, line: string) => request<Line>('GET', path('operators', operator, 'lines', line)),
  disruptions: () => request<StaffDisruption[]>('GET', '/disruptions'),
  preview: (draft: NoticeDraft) => request<PreviewView>('POST', '/notices/preview', draft),
  issue: (draft: NoticeDraft, key: string) => act('/notices', draft, key),
  update: (id: string, change: NoticeChange, key: string) => act(path('notices', id, 'update'), change, key),
  clear: (id: string, key: string) => act(path('notices', id, 'clear'), {}, key),
  confirm: (id: string, key: string) => act(path('disruptions', id, 'confirm'), {}, key),
  dismiss: (id: string, reason: string, key: string) => act(path('disruptions', id, 'dismiss'), { reason }, key),
}
