import { cohortSize } from '#domain/dispatch'
import { readRecipient } from '#domain/recipient'
import { cohortsOf } from '#matching/cohorts'
import { Found } from '#matching/found'

test('a channel is split at 4,096, and its most urgent riders are in the first cohort', () => {
  const found = new Found()
  for (let rider = 1; rider <= cohortSize + 10; rider++) found.take(rider, 1, 0, rider > cohortSize ? 0 : 30, 0, 0)
  found.take(9_000_000, 2, 1, 0, 0, 0)
  const cohorts = cohortsOf(found)
  expect(cohorts.map((c) => [c.channel, c.recipients.length / 8])).toEqual([
    ['TELEGRAM', cohortSize],
    ['TELEGRAM', 10],
    ['WEBHOOK', 1],
  ])
  const first = Array.from({ length: 11 }, (_, i) => readRecipient(cohorts[0]?.recipients ?? Buffer.alloc(0), i))
  expect(first.map((r) => r.urgency)).toEqual([...Array<number>(10).fill(0), 30])
  expect(first.map((r) => r.rider)).toEqual([...Array.from({ length: 10 }, (_, i) => cohortSize + 1 + i), 1])
})

test('a rider whose other subscription is more urgent keeps his place and becomes more urgent', () => {
  const found = new Found()
  found.take(5, 1, 0, 20, 0, 0)
  found.take(5, 1, 0, 3, 0, 0)
  found.take(5, 1, 0, 9, 0, 0)
  expect(cohortsOf(found).map((c) => readRecipient(c.recipients, 0).urgency)).toEqual([3])
})
