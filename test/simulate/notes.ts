/** What a run keeps of itself: how often each path was taken, a hash of every step in order, and on demand the steps as text. */
export class Notes {
  readonly reached = new Map<string, number>()
  readonly trace: string[] = []
  private low = 0x811c9dc5
  private high = 0x9dc5811c

  constructor(
    private readonly now: () => number,
    private readonly startMs: number,
    private readonly keepsTrace: boolean,
  ) {}

  sometimes(path: string, times = 1): void {
    this.reached.set(path, (this.reached.get(path) ?? 0) + times)
  }

  /** A step: counted into the hash with its time, and kept as text where a trace is wanted. */
  step(text: string): void {
    const sinceMs = this.now() - this.startMs
    this.mix(sinceMs * 4096)
    for (let i = 0; i < text.length; i++) this.mix(text.charCodeAt(i))
    if (this.keepsTrace) this.trace.push(`${(sinceMs / 1000).toFixed(4)} ${text}`)
  }

  private mix(n: number): void {
    this.low = Math.imul(this.low ^ n, 0x01000193)
    this.high = (Math.imul(this.high, 31) + n) | 0
  }

  hash = (): string => `${hex(this.low)}${hex(this.high)}`
}

const hex = (n: number): string => (n >>> 0).toString(16).padStart(8, '0')
