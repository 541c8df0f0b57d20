import { Counter, Histogram } from 'prom-client'

/** Riders' records by what became of them. */
export const ridersApplied = new Counter({
  name: 'linienfunk_match_riders_total',
  help: 'Rider records applied, by outcome',
  labelNames: ['operator', 'outcome'],
})

export const disruptionsHandled = new Counter({
  name: 'linienfunk_match_disruptions_total',
  help: 'Records of disruptions handled, by outcome',
  labelNames: ['operator', 'outcome'],
})

export const cohortsOpened = new Counter({
  name: 'linienfunk_match_cohorts_total',
  help: 'Cohorts opened, by channel and by what led to them',
  labelNames: ['operator', 'channel', 'occasion'],
})

export const ridersMatched = new Counter({
  name: 'linienfunk_match_recipients_total',
  help: 'Riders put into cohorts',
  labelNames: ['operator', 'channel', 'occasion'],
})

export const dispatchesWritten = new Counter({
  name: 'linienfunk_match_dispatches_total',
  help: 'Dispatches written, by channel and kind (first: with recipients; update: without)',
  labelNames: ['operator', 'channel', 'kind'],
})

export const filtersWidened = new Counter({
  name: 'linienfunk_match_widened_filters_total',
  help: 'Filters of subscriptions dropped because the table of distinct schedules or sections is full',
  labelNames: ['operator'],
})

export const unreadableRecords = new Counter({
  name: 'linienfunk_match_unreadable_total',
  help: 'Followed records that could not be read and were skipped',
  labelNames: ['topic'],
})

export const storesRebuilt = new Counter({
  name: 'linienfunk_match_store_rebuilt_total',
  help: 'Stores filled from the topics: a new one once, and whenever one was lost',
})

export const possibleDuplicateRiders = new Counter({
  name: 'linienfunk_match_store_rebuilt_unknown_total',
  help: 'Riders of rebuilt cohorts whose message may come twice, since what they had been told was lost',
})

export const matchSeconds = new Histogram({
  name: 'linienfunk_match_seconds',
  help: 'Time to find the riders of a disruption and to open their cohorts',
  labelNames: ['operator'],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
})
