import { Button, Card, Group, Select, Stack, Title } from '@mantine/core'
import { useState } from 'react'
import { effects, severities } from '#domain/disruption'
import type { StaffDisruption } from '#domain/controlRoom'
import { Fault } from './Acts'
import { OwnTexts, written } from './OwnTexts'
import { UntilSelect, untilOf } from './UntilSelect'
import { api, freshKey } from './api'
import { useAct, useMe } from './useApi'
import { useWords } from './words'

/** What has changed, for those who were told. */
export function UpdateForm({ disruption: d }: { readonly disruption: StaffDisruption }) {
  const { t } = useWords()
  const languages = useMe().data?.operator.languages ?? []
  const [effect, setEffect] = useState<string>(d.effect)
  const [severity, setSeverity] = useState<string>(d.severity)
  const [until, setUntil] = useState('same')
  const [texts, setTexts] = useState<Record<string, string>>({})
  const [key, setKey] = useState(freshKey)
  const update = useAct(
    () => api.update(d.id, { effect, severity, ...(until === 'same' ? {} : { until: untilOf(until) }), texts: written(texts) }, key),
    () => setKey(freshKey()),
  )
  return (
    <Card withBorder>
      <Title order={3} size="h5" mb="sm">
        {t('update')}
      </Title>
      <Stack>
        <Group grow>
          <Select
            label={t('composer.what')}
            data={effects.map((e) => ({ value: e, label: t(`effect.${e}`) }))}
            value={effect}
            onChange={(v) => setEffect(v ?? effect)}
          />
          <Select
            label={t('composer.howBad')}
            data={severities.map((s) => ({ value: s, label: t(`severity.${s}`) }))}
            value={severity}
            onChange={(v) => setSeverity(v ?? severity)}
          />
          <UntilSelect value={until} change={setUntil} same />
        </Group>
        <OwnTexts languages={languages} texts={texts} change={setTexts} />
        <Fault error={update.error} />
        <Group justify="flex-end">
          <Button loading={update.isPending} onClick={() => update.mutate(undefined)}>
            {t('sendUpdate', { count: d.delivery.byState.SENT })}
          </Button>
        </Group>
      </Stack>
    </Card>
  )
}
