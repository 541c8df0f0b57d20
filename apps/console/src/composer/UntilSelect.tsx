import { Select } from '@mantine/core'
import { endOfDay, nowSeconds } from '../parts/time'
import { useWords } from '../words/useWords'

const minutes = ['15', '30', '60', '120', '240'] as const

interface UntilSelectProps {
  readonly value: string
  readonly change: (value: string) => void
  /** Offers to leave it as it is, and says how that is. */
  readonly same?: string
}

export function UntilSelect({ value, change, same }: UntilSelectProps) {
  const { t } = useWords()
  const data = [
    ...(same === undefined ? [] : [{ value: 'same', label: t('composer.untilSame', { until: same }) }]),
    { value: 'unknown', label: t('composer.untilUnknown') },
    ...minutes.map((m) => ({ value: m, label: t('composer.minutes', { count: Number(m) }) })),
    { value: 'day', label: t('composer.endOfDay') },
  ]
  return <Select label={t('composer.until')} data={data} value={value} onChange={(v) => v && change(v)} />
}

/** Epoch seconds; 0 = not known. */
export function untilOf(value: string, timezone: string): number {
  if (value === 'day') return endOfDay(nowSeconds(), timezone)
  return /^\d+$/.test(value) ? nowSeconds() + Number(value) * 60 : 0
}
