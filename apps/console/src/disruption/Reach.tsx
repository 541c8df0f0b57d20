import type { StaffDisruption } from '#domain/controlRoom'
import { useWords } from '../words/useWords'

/** Whom it would reach; once it is told, whom it reached. */
export function Reach({ disruption: d }: { readonly disruption: StaffDisruption }) {
  const { t } = useWords()
  if (d.delivery.riders > 0) return <>{t('toldCount', { told: d.delivery.byState.SENT, riders: d.delivery.riders })}</>
  if (d.state === 'CLOSED') return <>{t('toldNobody')}</>
  const held = d.audience.held > 0 ? ` · ${t('reachHeld', { count: d.audience.held })}` : ''
  return <>{`${t('reachNow', { count: d.audience.now })}${held}`}</>
}
