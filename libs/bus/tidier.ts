import type { Clock } from '#domain/ports'
import type { RecordLog, Report } from './recordLog'

/** Has the log drop what need not be kept, a minute after the last time. */
export class Tidier {
  private cancel = () => {}
  private stopped = false

  constructor(
    private readonly log: RecordLog,
    private readonly clock: Clock,
    private readonly report: Report,
  ) {
    this.later()
  }

  stop(): void {
    this.stopped = true
    this.cancel()
  }

  private later(): void {
    if (!this.stopped) this.cancel = this.clock.timer(everyMs, () => void this.tidy())
  }

  private async tidy(): Promise<void> {
    try {
      await this.log.tidy(this.clock.now())
    } catch (error) {
      if (!this.stopped) this.report({ kind: 'tidyFailed', error })
    }
    this.later()
  }
}

const everyMs = 60_000
