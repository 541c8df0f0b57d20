import { Counter, Gauge, Histogram } from 'prom-client'

const pending: (() => void)[] = []
/** Called whenever somebody is about to read the metrics that are noted elsewhere first. */
export const beforeRead = (flush: () => void): void => void pending.push(flush)
const collect = (): void => {
  for (const flush of pending) flush()
}

export const transitions = new Counter({
  name: 'linienfunk_send_slots_total',
  help: 'Transitions of slots, by the state that they came to and why',
  labelNames: ['operator', 'channel', 'state', 'reason'],
  collect,
})

/** The invariant: for every operator and channel, intents = Σ states. */
export const intents = new Gauge({
  name: 'linienfunk_send_intents',
  help: 'Riders in open cohorts',
  labelNames: ['operator', 'channel'],
})

export const slotsByState = new Gauge({
  name: 'linienfunk_send_slots',
  help: 'Slots of open cohorts by state; their sum is linienfunk_send_intents',
  labelNames: ['operator', 'channel', 'state'],
  collect,
})

export const secondsToSent = new Histogram({
  name: 'linienfunk_send_seconds',
  help: 'Time from the opening of a cohort to a rider being told for the first time',
  labelNames: ['operator', 'channel'],
  buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800],
})

export const openCohorts = new Gauge({
  name: 'linienfunk_send_open_cohorts',
  help: 'Cohorts that have something to do',
  labelNames: ['operator', 'channel'],
})

export const blockedAccounts = new Gauge({
  name: 'linienfunk_send_account_blocked',
  help: '1 while an account has to wait, by why (frozen: Retry-After; halted: the messenger refuses the account)',
  labelNames: ['operator', 'channel', 'why'],
})

export const possibleDuplicates = new Counter({
  name: 'linienfunk_send_possible_duplicates_total',
  help: 'Messages sent again because nobody knows whether they had arrived',
  labelNames: ['operator', 'channel'],
})

export const lostIntents = new Counter({
  name: 'linienfunk_send_lost_intents_total',
  help: 'Slots without an end that nobody knew of, found by the reconciler and taken up: anything but 0 means that something went wrong',
  labelNames: ['operator', 'channel'],
})

export const receiptsByKind = new Counter({
  name: 'linienfunk_send_receipts_total',
  help: 'What messengers said later, each once a slot and kind',
  labelNames: ['operator', 'channel', 'kind'],
})
