import type { CancelledTrip } from '#domain/disruption'
import { reason } from './cause'
import { nameOf, subject } from './lineLabel'
import type { Draft, Story } from './story'
import { wayOut } from './wayOut'
import { asOf, shortTime, timeOf } from './when'

const listed = 5

/** Cancelled trips, an update tells only the new ones: `S1 07:42 Süd → Hbf does not run.` Their times say when; there is no end to tell. */
export function cancelled(story: Story): Draft {
  const headline = cancellation(story, newTrips(story))
  return { headline, sentences: [headline, wayOut(story), reason(story), asOf(story)] }
}

function cancellation(story: Story, trips: readonly CancelledTrip[]): string {
  const [only] = trips
  if (only && trips.length === 1) {
    return `${subject(story)} ${story.words.tripCancelled(timeOf(story, only.departure), nameOf(only.from), nameOf(only.towards))}`
  }
  return `${subject(story)}: ${story.words.tripsCancelled(trips.length, list(story, trips))}`
}

function list(story: Story, trips: readonly CancelledTrip[]): string {
  const names = trips.slice(0, listed).map((t) => story.words.trip(shortTime(story, t.departure), nameOf(t.from), nameOf(t.towards)))
  const rest = trips.length - names.length
  return [...names, ...(rest > 0 ? [story.words.more(rest)] : [])].join(', ')
}

function newTrips(story: Story): readonly CancelledTrip[] {
  const told = new Set(story.before?.cancelled.map(keyOf))
  const fresh = story.facts.cancelled.filter((t) => !told.has(keyOf(t)))
  return fresh.length > 0 ? fresh : story.facts.cancelled
}

const keyOf = (t: CancelledTrip): string => `${t.departure}/${t.from}/${t.towards}`
