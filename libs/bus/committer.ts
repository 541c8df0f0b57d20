import type { Clock } from '#domain/ports'
import type { Commit, Place, RecordLog, Report } from './recordLog'

/**
 * Writes the positions of all groups together: while one write is under way the next ones gather, and only the newest position of a place
 * is written. So a busy bus pays one commit for many batches, which shares its wait for the disk with the appends.
 */
export class Committer {
  private dirty = new Map<string, Commit>()
  private writing: Promise<void> | undefined
  private cancelRetry = () => {}

  constructor(
    private readonly log: RecordLog,
    private readonly clock: Clock,
    private readonly report: Report,
  ) {}

  set(commit: Commit): void {
    this.dirty.set(keyOf(commit), commit)
    void this.write()
  }

  /** Resolves when everything set so far is durable, or could not be written in one more try. */
  async settle(): Promise<void> {
    await this.writing
    if (this.dirty.size > 0) await this.write()
  }

  stop(): void {
    this.cancelRetry()
  }

  private write(): Promise<void> {
    this.writing ??= this.writeAll().finally(() => (this.writing = undefined))
    return this.writing
  }

  private async writeAll(): Promise<void> {
    while (this.dirty.size > 0) {
      const taken = this.dirty
      this.dirty = new Map()
      try {
        await this.log.commit([...taken.values()])
      } catch (error) {
        this.report({ kind: 'commitFailed', error })
        this.dirty = new Map([...taken, ...this.dirty])
        this.cancelRetry()
        this.cancelRetry = this.clock.timer(retryMs, () => void this.write())
        return
      }
    }
  }
}

const retryMs = 1000

export const keyOf = ({ topic, group, partition }: Place): string => `${topic}/${group}/${partition}`
