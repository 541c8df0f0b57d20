import { Select } from '@mantine/core'
import { endOfToday, nowSeconds } from './time'
import { useWords } from './words'

const minutes = ['15', '30', '60', '120', '240'] as const

interface UntilSelectProps {
  readonly value: string
  readonly change: (value: string) => void
  /** Offers "as it is". */
  readonly same?: boolean
}

export function UntilSelect({ value, change, same }: UntilSelectProps) {
  const { t } = useWords()
  const data = [
    ...(same ? [{ value: 'same', label: '–' }] : []),
    { value: 'unknown', label: t('composer.untilUnknown') },
    ...minutes.map((m) => ({ value: m, label: `+ ${t('composer.minutes', { count: Number(m) })}` })),
    { value: 'day', label: t('composer.endOfDay') },
  ]
  return <Select label={t('composer.until')} data={data} value={value} onChange={(v) => change(v ?? value)} />
}

/** Epoch seconds; 0 = not known. */
export function untilOf(value: string): number {
  if (value === 'day') return endOfToday()
  return /^\d+$/.test(value) ? nowSeconds() + Number(value) * 60 : 0
}
