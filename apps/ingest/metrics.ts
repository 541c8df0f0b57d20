import { Counter, Gauge, Histogram } from 'prom-client'

const feed = ['operator', 'feed'] as const

export const snapshotsTaken = new Counter({
  name: 'linienfunk_ingest_snapshots_total',
  help: 'Polls of a feed by what came of them (state OK, HELD, STALE, DOWN, and the reason)',
  labelNames: [...feed, 'state', 'reason'],
})

export const entitiesPresent = new Gauge({
  name: 'linienfunk_ingest_entities',
  help: 'In the last believed snapshot: trips joined, unjoined, rejected; vehicles; alerts',
  labelNames: [...feed, 'kind'],
})

export const rejectsPresent = new Gauge({
  name: 'linienfunk_ingest_rejects',
  help: 'Entities of the last believed snapshot that could not be used, by reason',
  labelNames: [...feed, 'reason'],
})

export const defectsSurvived = new Counter({
  name: 'linienfunk_ingest_defects_total',
  help: 'Defects of trips that were read all the same, by reason',
  labelNames: [...feed, 'reason'],
})

export const tripsChanged = new Counter({
  name: 'linienfunk_ingest_trips_changed_total',
  help: 'Trips that were new, different or gone',
  labelNames: [...feed],
})

export const feedAge = new Gauge({
  name: 'linienfunk_ingest_feed_age_seconds',
  help: 'Age of the feed by its own time, at the last poll',
  labelNames: [...feed],
})

export const takeSeconds = new Histogram({
  name: 'linienfunk_ingest_take_seconds',
  help: 'From the bytes of a snapshot to its observations',
  labelNames: [...feed],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
})

export const publishFailures = new Counter({
  name: 'linienfunk_ingest_publish_failures_total',
  help: 'Times that the observations of a snapshot could not be written and were kept for the next try',
  labelNames: [...feed],
})

export const timetableLoads = new Counter({
  name: 'linienfunk_ingest_timetable_loads_total',
  help: 'Attempts to load a timetable by outcome: swapped, same, or the code of the problem',
  labelNames: ['operator', 'outcome'],
})
