/** Runs tasks side by side, at most so many at once, in the order in which they came. The first failure is everybody's: nothing is begun after it. */
export class Abreast {
  private readonly running = new Set<Promise<void>>()
  private failure: { readonly error: unknown } | undefined

  constructor(private readonly most: number) {}

  /** Resolves when the task has begun; rejects, without beginning it, when one before it has failed. */
  async begin(task: () => Promise<void>): Promise<void> {
    while (this.running.size >= this.most) await Promise.race(this.running)
    this.mustBeWell()
    const mine: Promise<void> = task()
      .catch((error: unknown) => void (this.failure ??= { error }))
      .finally(() => this.running.delete(mine))
    this.running.add(mine)
  }

  /** Until nothing runs any more; rejects when a task has failed. */
  async end(): Promise<void> {
    await Promise.all(this.running)
    this.mustBeWell()
  }

  private mustBeWell(): void {
    if (this.failure) throw this.failure.error
  }
}
