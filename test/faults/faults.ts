import { brokerFaults } from './rows/brokers'
import { crashPoints } from './rows/crashPoints'
import { machineFaults } from './rows/machine'
import { processFaults } from './rows/processes'
import { providerFaults } from './rows/provider'
import type { FaultRow } from './fault'

/** The fault list of docs/reliability.md. */
export const faults: readonly FaultRow[] = [
  { id: 'none', modes: ['embedded', 'kafka+redis'] },
  ...crashPoints,
  ...processFaults,
  ...brokerFaults,
  ...providerFaults,
  ...machineFaults,
]
