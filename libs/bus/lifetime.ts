/** From the opening of a bus to its end: what was started on it is stopped once, by its owner or with the bus. */
export class Lifetime {
  /** How to stop what was started and is not stopped yet. */
  private readonly stops = new Set<() => Promise<void>>()
  private state: 'open' | 'closing' | 'closed' = 'open'

  /** Throws as soon as it is closing: nothing new is started. */
  mustBeOpen(): void {
    if (this.state !== 'open') throw new Error('The bus is closed.')
  }

  /** Throws when it is closed, not while it is closing: handlers that are still running write what they conclude. */
  mayAppend(): void {
    if (this.state === 'closed') throw new Error('The bus is closed.')
  }

  stopping(stop: () => Promise<void>): () => Promise<void> {
    let stopped: Promise<void> | undefined
    const once = () => (stopped ??= stop().finally(() => this.stops.delete(once)))
    this.stops.add(once)
    return once
  }

  /** `closing` comes before what was started is stopped, `closed` after it; the second close does nothing. */
  async end(closed: () => Promise<unknown>, closing: () => void = () => {}): Promise<void> {
    if (this.state !== 'open') return
    this.state = 'closing'
    closing()
    await Promise.all([...this.stops].map((stop) => stop()))
    this.state = 'closed'
    await closed()
  }
}
