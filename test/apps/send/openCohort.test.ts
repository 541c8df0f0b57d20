import { recipientBytes, writeRecipient } from '#domain/recipient'
import { slotBytes, writeSlot } from '#domain/slot'
import { OpenCohort } from '#apps/send/openCohort'

const header = {
  operator: 'lindenau',
  disruption: 'd1',
  channel: 'TELEGRAM',
  cohort: 0,
  revision: 1,
  severity: 'WARNING',
  openedAtMs: 0,
} as const

/** Riders who were told revision 1. */
function told(size: number): OpenCohort {
  const recipients = Buffer.alloc(size * recipientBytes)
  const slots = Buffer.alloc(size * slotBytes)
  for (let i = 0; i < size; i++) {
    writeRecipient(recipients, i, { rider: i + 1, language: 'en', urgency: 0, secondChannel: 0, flags: 0 })
    writeSlot(slots, i, { state: 'SENT', told: 1, attempts: 1, reason: 'NONE', receipts: 0, openedAfterMinutes: 0, sentAfterTenths: 0 })
  }
  return new OpenCohort('lindenau/d1/TELEGRAM/0', { header, recipients, slots, epoch: 1 }, 1)
}

test('a slot that has just come back is also under the cursor of a newer revision: it is taken once', () => {
  const cohort = told(3)
  cohort.again(0)
  cohort.revise(2)
  const taken: number[] = []
  for (let slot = cohort.peek(2); slot !== undefined && taken.length < 9; slot = cohort.peek(2)) {
    cohort.take(slot)
    taken.push(slot)
  }
  expect(taken).toEqual([0, 1, 2])
  expect(cohort.idle()).toBe(false)
  for (const slot of taken) cohort.change(slot, { told: 2 })
  for (const slot of taken) cohort.release(slot)
  expect([cohort.peek(2), cohort.idle()]).toEqual([undefined, true])
})
