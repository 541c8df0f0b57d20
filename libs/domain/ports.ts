/**
 * The ports to the outside world. The real adapters live in libs/service, the simulated ones beside them; `Date.now`, `Math.random`, timers
 * and HTTP clients are forbidden elsewhere by the linter, so that one seed decides a whole run.
 */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number
  /** Monotonic milliseconds, for durations. */
  elapsed(): number
  /** Resolves after the given milliseconds; rejects when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Calls once after the given milliseconds; returns how to cancel it. */
  timer(ms: number, call: () => void): () => void
}

export interface Random {
  /** Uniform in [0, 1). */
  next(): number
  bytes(length: number): Buffer
}

export interface HttpRequest {
  readonly url: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly timeoutMs: number
  /** Of the answer's body as sent and as unpacked. */
  readonly maxBytes: number
  /** `own`: an address from our own configuration. `foreign`: one that somebody outside gave; private addresses and redirects are refused. */
  readonly trust: 'own' | 'foreign'
  readonly signal?: AbortSignal
}

export interface HttpResponse {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** Why no answer came. `TRUNCATED`: shorter than its Content-Length. */
export type NetReason = 'UNREACHABLE' | 'TIMEOUT' | 'TOO_LARGE' | 'TRUNCATED' | 'FORBIDDEN_URL' | 'ABORTED'

export class NetError extends Error {
  constructor(
    readonly reason: NetReason,
    message: string,
    /** Whether the request may have reached the other side. */
    readonly mayHaveArrived: boolean,
  ) {
    super(message)
  }
}

export interface Net {
  /** Any status is an answer; throws NetError when none came. Redirects are not followed. */
  request(request: HttpRequest): Promise<HttpResponse>
}
