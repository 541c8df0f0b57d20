import { Button, Select, SimpleGrid, Stack } from '@mantine/core'
import { useState } from 'react'
import type { StaffDisruption } from '#domain/controlRoom'
import { type Effect, type Severity, severities } from '#domain/disruption'
import { type NoticeChange, api } from '../api/api'
import { useAct } from '../api/useAct'
import { useOperator } from '../api/useApi'
import { OwnTexts, written } from '../composer/OwnTexts'
import { UntilSelect, untilOf } from '../composer/UntilSelect'
import { offeredEffects } from '../composer/draft'
import { Fault } from '../parts/Fault'
import { useWords } from '../words/useWords'
import { useUntil } from './Facts'

/** Only what somebody touched: the rest stays as it is, even where it changes meanwhile. */
interface Touched {
  readonly effect?: Effect
  readonly severity?: Severity
  readonly until?: string
  readonly texts?: Record<string, string>
}

/** What has changed, for those who were told. */
export function UpdateForm({ disruption: d }: { readonly disruption: StaffDisruption }) {
  const { t } = useWords()
  const { languages, timezone } = useOperator()
  const [touched, setTouched] = useState<Touched>({})
  const touch = (change: Touched) => setTouched({ ...touched, ...change })
  const update = useAct({
    form: touched,
    body: () => changeOf(touched, timezone),
    act: (change, key) => api.update(d.id, change, key),
    done: () => setTouched({}),
  })
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <Select
          label={t('composer.what')}
          data={offeredEffects(d.effect).map((e) => ({ value: e, label: t(`effect.${e}`) }))}
          value={touched.effect ?? d.effect}
          onChange={(effect) => effect && touch({ effect })}
        />
        <Select
          label={t('composer.howBad')}
          data={severities.map((s) => ({ value: s, label: t(`severity.${s}`) }))}
          value={touched.severity ?? d.severity}
          onChange={(severity) => severity && touch({ severity })}
        />
        <UntilSelect same={useUntil(d)} value={touched.until ?? 'same'} change={(until) => touch({ until })} />
      </SimpleGrid>
      <OwnTexts languages={languages} texts={touched.texts ?? textsOf(d, languages)} change={(texts) => touch({ texts })} />
      <Fault error={update.error} />
      <Button className="end" disabled={Object.keys(touched).length === 0} loading={update.isPending} onClick={update.go}>
        {t('sendUpdate', { count: d.delivery.byState.SENT })}
      </Button>
    </Stack>
  )
}

/** The texts that stand now in place of generated ones: whoever changes one of them sends the others along. */
const textsOf = (d: StaffDisruption, languages: readonly string[]): Record<string, string> =>
  Object.fromEntries(d.texts.filter((x) => languages.includes(x.language)).map((x) => [x.language, x.text]))

function changeOf({ until, texts, ...facts }: Touched, timezone: string): NoticeChange {
  return {
    ...facts,
    ...(until !== undefined && until !== 'same' && { until: untilOf(until, timezone) }),
    ...(texts && { texts: written(texts) }),
  }
}
