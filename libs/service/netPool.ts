import { Agent, type Dispatcher } from 'undici'
import type { HttpRequest, HttpResponse } from '#domain/ports'
import { NetAnswer, netErrorOf } from './netAnswer'

export interface NetPool {
  /** Rejects with a NetError. */
  request(request: HttpRequest): Promise<HttpResponse>
  close(): Promise<void>
}

/**
 * Requests to addresses of our own, by undici's callbacks: a stream, its promises and an abort signal would cost as much again as the request
 * itself. The deadline is ours and stands for all of it, the wait for a connection and the body included.
 */
export function netPool(): NetPool {
  const agent = new Agent({ connections: 64, pipelining: 1, keepAliveTimeout: 10_000, headersTimeout: 0, bodyTimeout: 0 })
  let last: Target | undefined
  const targetOf = (url: string): Target => (last?.url === url ? last : (last = target(url)))
  return {
    request: (request) =>
      new Promise((resolve, reject) => {
        const { origin, path } = targetOf(request.url)
        const { method, headers, body = null } = request
        agent.dispatch({ origin, path, method, headers, body }, new Exchange(request, resolve, reject))
      }),
    close: () => agent.close(),
  }
}

/** Kept of the last request: a fan-out asks the same address again and again. */
interface Target {
  readonly url: string
  readonly origin: string
  readonly path: string
}

function target(url: string): Target {
  const { origin, pathname, search } = new URL(url)
  return { url, origin, path: pathname + search }
}

class Exchange implements Dispatcher.DispatchHandler {
  /** Nothing is sent before it is here. */
  private controller: Dispatcher.DispatchController | undefined
  private answer: NetAnswer | undefined
  private isOver = false
  private readonly timer: NodeJS.Timeout

  constructor(
    private readonly request: HttpRequest,
    private readonly resolve: (response: HttpResponse) => void,
    private readonly reject: (error: unknown) => void,
  ) {
    this.timer = setTimeout(this.giveUp, request.timeoutMs)
    request.signal?.addEventListener('abort', this.giveUp)
    if (request.signal?.aborted) this.giveUp()
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller
    if (this.isOver) controller.abort(givenUp())
  }

  /** What this throws comes back as the error. */
  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Record<string, string | string[] | undefined>): void {
    if (status >= 200) this.answer = new NetAnswer(status, headers, this.request.maxBytes)
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.answer?.add(chunk)
  }

  onResponseEnd(): void {
    this.end(() => this.resolve((this.answer as NetAnswer).whole()))
  }

  onResponseError(_: unknown, error: unknown): void {
    this.end(() => {
      throw this.answer ? this.answer.brokeOff(error) : error
    })
  }

  private giveUp = (): void => {
    const error = givenUp()
    this.onResponseError(undefined, error)
    this.controller?.abort(error)
  }

  private end(settle: () => void): void {
    if (this.isOver) return
    this.isOver = true
    clearTimeout(this.timer)
    this.request.signal?.removeEventListener('abort', this.giveUp)
    try {
      settle()
    } catch (error) {
      this.reject(netErrorOf(error, this.request, this.controller !== undefined))
    }
  }
}

const givenUp = (): Error => Object.assign(new Error('given up'), { name: 'AbortError' })
