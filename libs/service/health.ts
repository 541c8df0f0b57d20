/** What a process waits for before it calls itself ready. A stage says `wait('name')` when it starts and calls what it got when it can work. */
export class Health {
  private readonly waiting = new Set<string>()
  private stopping = false

  wait(name: string): () => void {
    this.waiting.add(name)
    return () => void this.waiting.delete(name)
  }

  stop(): void {
    this.stopping = true
  }

  /** Names of what is not ready yet; empty = ready. */
  missing(): readonly string[] {
    return this.stopping ? ['stopping'] : [...this.waiting]
  }
}
