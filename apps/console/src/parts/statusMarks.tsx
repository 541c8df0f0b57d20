import type { LineStatus, StaffDisruption } from '#domain/controlRoom'
import type { Severity } from '#domain/disruption'
import { useWords } from '../words/useWords'
import { Mark, type Tone } from './Mark'

const ofLine: Readonly<Record<LineStatus, Tone>> = { GOOD: 'good', MINOR: 'warn', MAJOR: 'bad', UNKNOWN: 'quiet' }
const ofSeverity: Readonly<Record<Severity, Tone>> = { INFO: 'info', WARNING: 'warn', SEVERE: 'bad' }

interface LineStatusMarkProps {
  readonly status: LineStatus
  /** Something that riders have not been told of. */
  readonly untold: StaffDisruption | undefined
}

/** What riders know of the line; where that is nothing bad, what the control room knows. */
export function LineStatusMark({ status, untold }: LineStatusMarkProps) {
  const { t } = useWords()
  if (status === 'GOOD' && untold) return <StandingMark disruption={untold} />
  return (
    <Mark tone={ofLine[status]} plain={status === 'GOOD'}>
      {t(`line.${status}`)}
    </Mark>
  )
}

export function SeverityMark({ severity }: { readonly severity: Severity }) {
  const { t } = useWords()
  return <Mark tone={ofSeverity[severity]}>{t(`severity.${severity}`)}</Mark>
}

/** Where a disruption stands, in one word: its state and what riders know of it. */
export function StandingMark({ disruption: { state, publication } }: { readonly disruption: StaffDisruption }) {
  const { t } = useWords()
  if (publication === 'WITHDRAWN') return <Mark tone="quiet">{t('publication.WITHDRAWN')}</Mark>
  if (state !== 'OPEN') return <Mark tone="quiet">{t(`state.${state}`)}</Mark>
  return <Mark tone={publication === 'TOLD' ? 'good' : 'wait'}>{t(`publication.${publication}`)}</Mark>
}
