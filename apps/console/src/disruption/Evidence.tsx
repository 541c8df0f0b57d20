import { Text } from '@mantine/core'
import { useClockTime } from '../parts/useClockTime'
import { useWords } from '../words/useWords'
import { type Moment, authorOf, newestMoment } from './evidence'

/** Why it is believed: the trips that decided it, and the whole record for those who want to know. */
export function Evidence({ evidence }: { readonly evidence: unknown }) {
  const { t } = useWords()
  const moment = newestMoment(evidence)
  const author = authorOf(evidence)
  return (
    <>
      {moment ? <TripTable moment={moment} /> : null}
      {author ? <Text>{t('issuedBy', { author })}</Text> : null}
      <details>
        <summary>{t('rawEvidence')}</summary>
        <pre className="evidence" tabIndex={0} aria-label={t('rawEvidence')}>
          {JSON.stringify(evidence, null, 2)}
        </pre>
      </details>
    </>
  )
}

function TripTable({ moment }: { readonly moment: Moment }) {
  const { t } = useWords()
  const clock = useClockTime()
  const late = moment.late ?? []
  const caption = moment.cancelled
    ? t('evidenceCancelled', { count: moment.cancelled.length, time: clock(moment.at) })
    : t('evidenceLate', { late: late.length, running: moment.running ?? '?', time: clock(moment.at) })
  const head = moment.cancelled ? ['departure'] : ['nextStop', 'delay', 'predicted']
  const rows = moment.cancelled
    ? moment.cancelled.map((c) => [c.trip, clock(c.departure)])
    : late.map((l) => [l.trip, l.nextStop, t('minutesLate', { count: Math.round(l.delay / 60) }), clock(l.predicted)])
  return (
    <>
      <Text>{caption}</Text>
      <div className="scroll-x" role="region" tabIndex={0} aria-label={t('evidence')}>
        <table className="trips">
          <thead>
            <tr>
              {[...head, 'trip'].map((h) => (
                <th key={h} scope="col">
                  {t(`column.${h}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([trip = '', ...cells]) => (
              <tr key={trip}>
                {cells.map((c, i) => (
                  <td key={i}>{c}</td>
                ))}
                <td>{trip}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}
