import { Counter, Gauge, Histogram } from 'prom-client'

export const observationsHandled = new Counter({
  name: 'linienfunk_detect_observations_total',
  help: 'Observations handled, by kind (a tick with its state)',
  labelNames: ['operator', 'kind'],
})

export const changesPublished = new Counter({
  name: 'linienfunk_detect_changes_total',
  help: 'Records of disruptions published, by rule and what the disruption became',
  labelNames: ['operator', 'rule', 'state'],
})

export const actsIgnored = new Counter({
  name: 'linienfunk_detect_acts_ignored_total',
  help: 'Acts of staff that changed nothing, by reason',
  labelNames: ['operator', 'reason'],
})

export const unreadableRecords = new Counter({
  name: 'linienfunk_detect_unreadable_total',
  help: 'Followed records that could not be read and were skipped',
  labelNames: ['topic'],
})

export const statesLost = new Counter({
  name: 'linienfunk_detect_states_lost_total',
  help: 'Starts without a stored state although the topic has open disruptions; lines are unknown until their next key frame',
  labelNames: ['operator'],
})

export const openDisruptions = new Gauge({
  name: 'linienfunk_detect_open_disruptions',
  help: 'Disruptions that are open now, by rule',
  labelNames: ['operator', 'rule'],
})

export const batchSeconds = new Histogram({
  name: 'linienfunk_detect_batch_seconds',
  help: 'Time for the observations of one operator in a batch, from reading its state to having stored it',
  labelNames: ['operator'],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
})
