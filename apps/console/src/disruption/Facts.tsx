import { Text } from '@mantine/core'
import type { StaffDisruption } from '#domain/controlRoom'
import { useClockTime } from '../parts/useClockTime'
import { useWords } from '../words/useWords'
import { Since } from './Since'

/** Where it comes from, since when, until when, why. */
export function Facts({ disruption: d }: { readonly disruption: StaffDisruption }) {
  const { t } = useWords()
  const until = useUntil(d)
  return (
    <Text size="sm" c="dimmed">
      {t(`rule.${d.rule}`)} · <Since disruption={d} />
      {d.state === 'OPEN' ? ` · ${until}` : ''}
      {d.cause === 'UNKNOWN_CAUSE' ? '' : ` · ${t(`cause.${d.cause}`)}`}
    </Text>
  )
}

/** The end as far as it is known, in words. */
export function useUntil(d: StaffDisruption): string {
  const { t } = useWords()
  const clock = useClockTime()
  if (d.declaredEnd > 0) return t('untilTime', { time: clock(d.declaredEnd) })
  return d.estimatedEnd > 0 ? t('untilAbout', { time: clock(d.estimatedEnd) }) : t('untilOpen')
}
