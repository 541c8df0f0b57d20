/** Virtual time of a whole simulation. Timers fire one by one, by time and then by age; between two of them every promise that is ready runs. */
export class Timeline {
  /** How many timers have fired: the length of the run. */
  fired = 0
  private readonly heap: Timer[] = []
  private made = 0

  constructor(private ms: number) {}

  /** Epoch milliseconds, with fractions: no two replies come in the same instant. */
  now = (): number => this.ms

  timer(ms: number, call: () => void): () => void {
    const timer: Timer = { at: this.ms + Math.max(0, ms), order: this.made++, call }
    push(this.heap, timer)
    return () => (timer.call = undefined)
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.timer(ms, resolve))
  }

  /** Lets time pass until then. */
  async runUntil(atMs: number): Promise<void> {
    await settled()
    for (let next = this.heap[0]; next && next.at <= atMs; next = this.heap[0]) {
      pop(this.heap)
      if (!next.call) continue
      this.ms = Math.max(this.ms, next.at)
      this.fired++
      next.call()
      await settled()
    }
    this.ms = Math.max(this.ms, atMs)
  }
}

interface Timer {
  readonly at: number
  readonly order: number
  /** undefined: cancelled. */
  call: (() => void) | undefined
}

/** A turn of the loop begins when no promise is ready any more. Nothing in a simulation waits for anything but timers of its own. */
const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

const before = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

function push(heap: Timer[], timer: Timer): void {
  let at = heap.push(timer) - 1
  for (let parent = (at - 1) >> 1; at > 0 && before(timer, heap[parent] as Timer); parent = (at - 1) >> 1) {
    heap[at] = heap[parent] as Timer
    at = parent
  }
  heap[at] = timer
}

function pop(heap: Timer[]): void {
  const last = heap.pop() as Timer
  if (heap.length === 0) return
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && before(heap[child + 1] as Timer, heap[child] as Timer)) child++
    if (!before(heap[child] as Timer, last)) break
    heap[at] = heap[child] as Timer
    at = child
  }
  heap[at] = last
}
