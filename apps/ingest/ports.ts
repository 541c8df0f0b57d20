import type { Bus } from '#bus/bus'
import type { Clock, Net, Random } from '#domain/ports'
import type { Logger } from '#service/log'
import type { Store } from '#store/ports'

/** What ingest needs of the outside world. */
export interface IngestPorts {
  readonly bus: Bus
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly net: Net
  readonly log: Logger
}
