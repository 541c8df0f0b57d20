interface Queue {
  readonly pending: readonly unknown[]
}
type Schedule = (this: Queue) => void

const method = 'scheduleCheckPendingRequests'
const guarded = new WeakSet<object>()

/**
 * kafkajs 2.2.4 runs a timer a thousand times a second for every connection (its issue 1751: a time "until" of -1 becomes 1 ms, and the
 * call-back schedules itself): 4 % of a processor for nothing. It is needed only while requests are pending, and then kafkajs itself calls
 * it. Throws when the method is not there, so that another version of kafkajs is looked at before it is used.
 */
export function guardTimer(queue: { prototype: object } = requestQueue()): void {
  const prototype = queue.prototype as Record<string, unknown>
  if (guarded.has(prototype)) return
  const schedule = prototype[method]
  if (typeof schedule !== 'function')
    throw new Error(`kafkajs has no RequestQueue.${method} any more: is its timer repaired? See timerGuard.ts.`)
  prototype[method] = function (this: Queue) {
    if (this.pending.length > 0) (schedule as Schedule).call(this)
  }
  guarded.add(prototype)
}

const requestQueue = (): { prototype: object } => require('kafkajs/src/network/requestQueue') as { prototype: object }
