import type { StaffDisruption } from '#domain/controlRoom'
import { useClockTime } from '../parts/useClockTime'
import { useWords } from '../words/useWords'

/** When it began, and when it ended. */
export function Since({ disruption: d }: { readonly disruption: StaffDisruption }) {
  const { t } = useWords()
  const clock = useClockTime()
  const began = clock(d.openedAt || d.suspectedAt)
  return <>{d.closedAt > 0 ? t('fromTo', { from: began, to: clock(d.closedAt) }) : t('since', { time: began })}</>
}
