import { decodeCohortHeader } from '#domain/cohortHeader'
import type { Cohorts } from '#store/ports'
import type { Loaded } from './openCohort'

/** `taken`: a newer owner has it. `owning`, where it is still under way, must resolve with true before anybody may rely on the load. */
export type Loading = { readonly loaded: Loaded; readonly owning: Promise<boolean> } | 'absent' | 'taken'

/**
 * Takes over a cohort and reads it. First the store is told who writes from now on, then the slots are read: what a predecessor still wrote
 * in between is seen. Of a cohort whose slots nobody has ever touched, nothing can be missed but claims of a sender that was frozen in that
 * very moment; so a fresh alert does not wait for the disk once more before its first claims (which wait for theirs).
 */
export async function loadCohort(cohorts: Cohorts, id: string, epoch: number): Promise<Loading> {
  const [recipients, slots, entries] = await Promise.all([cohorts.recipients(id), cohorts.slots(id), cohorts.list(id)])
  const entry = entries.find((e) => e.id === id)
  if (!recipients || !slots || !entry) return 'absent'
  const owning = cohorts.own(id, epoch)
  // Who finds out before that it is not ours any more does not wait for it: then nobody would hear that the store is down, and the process would end.
  owning.catch(() => undefined)
  const header = decodeCohortHeader(entry.header)
  if (isUntouched(slots)) return { loaded: { header, recipients, slots, epoch }, owning }
  if (!(await owning)) return 'taken'
  const asOwned = await cohorts.slots(id)
  return asOwned ? { loaded: { header, recipients, slots: asOwned, epoch }, owning } : 'absent'
}

const isUntouched = (slots: Buffer): boolean => slots.every((byte) => byte === 0)
