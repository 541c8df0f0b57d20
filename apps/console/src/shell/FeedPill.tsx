import type { FeedView } from '#domain/controlRoom'
import { Mark, type Tone } from '../parts/Mark'
import { useWords } from '../words/useWords'

const worstFirst = ['DOWN', 'STALE', 'SILENT', 'HELD', 'OK'] as const
const tones: Readonly<Record<FeedView['state'], Tone>> = { OK: 'good', HELD: 'warn', STALE: 'warn', DOWN: 'bad', SILENT: 'warn' }

/** The worst of the operator's feeds: whether what is shown can be believed. */
export function FeedPill({ feeds }: { readonly feeds: readonly FeedView[] }) {
  const { t } = useWords()
  const worst = worstFirst.flatMap((state) => feeds.filter((f) => f.state === state))[0]
  if (!worst) return <Mark tone="quiet">{t('feed.none')}</Mark>
  const age = worst.state === 'OK' ? Math.max(...feeds.map((f) => f.ageSeconds)) : worst.ageSeconds
  return (
    <Mark tone={tones[worst.state]} title={worst.reason}>
      {worst.state === 'OK' ? '' : `${worst.feed}: `}
      {t(`feed.${worst.state}`)} {t('feed.age', { age: Math.round(age) })}
    </Mark>
  )
}
