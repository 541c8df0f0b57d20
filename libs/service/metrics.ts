import { Counter, collectDefaultMetrics, register } from 'prom-client'

export const recordsQuarantined = new Counter({
  name: 'linienfunk_bus_quarantined_total',
  help: 'Records put aside because they could not be read or made their handler fail',
  labelNames: ['topic', 'group'],
})

export const handlerFailures = new Counter({
  name: 'linienfunk_bus_handler_failures_total',
  help: 'Batches whose handler failed (broker or store are down) and that come again',
  labelNames: ['topic', 'group'],
})

export const busEvents = new Counter({
  name: 'linienfunk_bus_events_total',
  help: 'What the bus had to report, by kind: crash (a consumer starts again), client (kafkajs warned), unanswered (a send is repeated), …',
  labelNames: ['kind'],
})

export const storeErrors = new Counter({
  name: 'linienfunk_store_errors_total',
  help: 'Errors of the connection to the store',
})

/** CPU, memory, event loop lag and garbage collection of this process. Once a process, however often it is called. */
export function collectProcessMetrics(): void {
  if (!register.getSingleMetric('process_cpu_seconds_total')) collectDefaultMetrics()
}
