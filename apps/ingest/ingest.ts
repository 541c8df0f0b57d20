import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common'
import type { Settings } from '#service/settings'
import { ingestOperator } from './operatorIngest'
import type { IngestPorts } from './ports'

/** Feeds in → observations; timetables in → lines. Starts when the application has, ends before anything it writes to closes. */
export class Ingest implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController()
  private running: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly settings: Settings,
    private readonly ports: IngestPorts,
  ) {}

  onApplicationBootstrap(): void {
    const { operators, home } = this.settings
    this.running = Promise.all(operators.map((operator) => ingestOperator(operator, home, this.ports, this.stopping.signal)))
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort()
    await this.running
  }
}
