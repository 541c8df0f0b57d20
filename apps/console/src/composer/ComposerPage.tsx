import { Card, Chip, Grid, Group, Select, SimpleGrid, Stack } from '@mantine/core'
import { useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { type Cause, type Effect, type Severity, causes, severities } from '#domain/disruption'
import { useLines, useOperator } from '../api/useApi'
import { PageTitle } from '../parts/PageTitle'
import { useWords } from '../words/useWords'
import { LinesField } from './LinesField'
import { OwnTexts } from './OwnTexts'
import { SendPanel } from './SendPanel'
import { UntilSelect } from './UntilSelect'
import { type NoticeForm, emptyForm, offeredEffects } from './draft'

/** A notice: effect first, then where, how bad, until when, why; beside it what riders will get, and how many. */
export function ComposerPage() {
  const { t } = useWords()
  const { id, timezone, languages } = useOperator()
  const lines = useLines(id).data ?? []
  const { line } = useSearch({ from: '/notices/new' })
  const [form, setForm] = useState(() => emptyForm(line))
  const change = (change: Partial<NoticeForm>) => setForm((before) => ({ ...before, ...change }))
  return (
    <>
      <PageTitle name={t('newNotice')}>{t('newNotice')}</PageTitle>
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Card withBorder>
            <Stack>
              <EffectChips value={form.effect} change={(effect) => change({ effect })} />
              <LinesField operator={id} lines={lines} form={form} change={change} />
              <SimpleGrid cols={{ base: 1, sm: 3 }}>
                <Select
                  label={t('composer.howBad')}
                  description={t(`severityHelp.${form.severity}`)}
                  data={severities.map((s) => ({ value: s, label: t(`severity.${s}`) }))}
                  value={form.severity}
                  onChange={(v) => v && change({ severity: v as Severity })}
                />
                <UntilSelect value={form.until} change={(until) => change({ until })} />
                <Select
                  label={t('composer.why')}
                  data={causes.map((c) => ({ value: c, label: t(`cause.${c}`) }))}
                  value={form.cause}
                  onChange={(v) => v && change({ cause: v as Cause })}
                />
              </SimpleGrid>
              <OwnTexts languages={languages} texts={form.texts} change={(texts) => change({ texts })} />
            </Stack>
          </Card>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <SendPanel form={form} timezone={timezone} />
        </Grid.Col>
      </Grid>
    </>
  )
}

function EffectChips({ value, change }: { readonly value: Effect; readonly change: (effect: Effect) => void }) {
  const { t } = useWords()
  return (
    <fieldset className="bare">
      <legend>{t('composer.what')}</legend>
      <Chip.Group value={value} onChange={(effect) => change(effect as Effect)}>
        <Group gap="xs">
          {offeredEffects().map((e) => (
            <Chip key={e} value={e}>
              {t(`effect.${e}`)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
    </fieldset>
  )
}
