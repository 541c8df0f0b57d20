import type { Clock } from '#domain/ports'

/** The server does not answer. Whether what was asked has been done is unknown: every call can be repeated. */
export class StoreUnavailable extends Error {
  readonly code = 'STORE_UNAVAILABLE'
}

/** One connection's calls that wait for an answer. */
interface Lane {
  readonly waiting: Set<(reason: StoreUnavailable) => void>
  /** Monotonic ms of the last answer, or of the first call after a rest. */
  heardAt: number
  closedUntil: number
  cancel: (() => void) | undefined
}

export interface AnswerWatch {
  /** Sends, and rejects when the lane's server has answered nothing for so long; while it is silent, nothing is sent at all. */
  run<T>(lane: string, send: () => Promise<T>): Promise<T>
  close(): void
}

/** A process that was itself held up longer than this may have the answers waiting in its sockets, and reads them first. */
const lateMs = 250

/**
 * A frozen server keeps its connections open, and the client's socket timeout never comes while commands are still being written: a write
 * counts as activity. So whoever waits is let go after `silenceMs` without any answer, however many wait (a long queue that moves is no
 * silence), and for as long again nobody writes, so that the socket times out and the client connects anew.
 */
export function answerWatch(clock: Pick<Clock, 'elapsed' | 'timer'>, silenceMs: number): AnswerWatch {
  const lanes = new Map<string, Lane>()
  const laneOf = (name: string): Lane => {
    const lane = lanes.get(name) ?? { waiting: new Set(), heardAt: 0, closedUntil: -Infinity, cancel: undefined }
    lanes.set(name, lane)
    return lane
  }
  const watch = (lane: Lane, ms: number) => {
    const due = clock.elapsed() + ms
    lane.cancel = clock.timer(ms, () => {
      lane.cancel = undefined
      if (lane.waiting.size > 0) look(lane, clock.elapsed() - due > lateMs)
    })
  }
  const look = (lane: Lane, isLate: boolean) => {
    const quiet = clock.elapsed() - lane.heardAt
    if (isLate) watch(lane, lateMs)
    else if (quiet < silenceMs) watch(lane, silenceMs - quiet)
    else giveUp(lane)
  }
  const giveUp = (lane: Lane) => {
    lane.closedUntil = clock.elapsed() + silenceMs
    const reason = silent(silenceMs)
    for (const reject of lane.waiting) reject(reason)
    lane.waiting.clear()
  }
  return {
    run(name, send) {
      const lane = laneOf(name)
      if (clock.elapsed() < lane.closedUntil) return Promise.reject(silent(silenceMs))
      if (lane.waiting.size === 0) lane.heardAt = clock.elapsed()
      if (!lane.cancel) watch(lane, silenceMs)
      return new Promise((resolve, reject) => {
        lane.waiting.add(reject)
        const settle = () => {
          lane.waiting.delete(reject)
          lane.heardAt = clock.elapsed()
        }
        // It has thawed: nobody need wait any longer.
        const open = () => void (lane.closedUntil = -Infinity)
        send().then(
          (value) => (settle(), open(), resolve(value)),
          (reason: unknown) => (settle(), reject(reason)),
        )
      })
    },
    close() {
      for (const lane of lanes.values()) lane.cancel?.()
    },
  }
}

const silent = (ms: number): StoreUnavailable => new StoreUnavailable(`Redis has not answered for ${ms} ms.`)
