import { Button, Card, Checkbox, Chip, Grid, Group, MultiSelect, Select, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { bothDirections, causes, effects, severities } from '#domain/disruption'
import { Fault } from './Acts'
import { LineScopeFields } from './LineScopeFields'
import { OwnTexts, written } from './OwnTexts'
import { Preview } from './Preview'
import { UntilSelect, untilOf } from './UntilSelect'
import { type NoticeDraft, api, freshKey } from './api'
import { useAct, useLines, useMe } from './useApi'
import { useWords } from './words'

const offered = effects.filter((e) => e !== 'UNKNOWN_EFFECT' && e !== 'NO_EFFECT')

/** A notice: effect first, then where, how bad, until when; beside it what riders will get, and how many. */
export function ComposerPage() {
  const { t } = useWords()
  const navigate = useNavigate()
  const operator = useMe().data?.operator
  const lines = useLines(operator?.id ?? '').data ?? []
  const [form, setForm] = useState({
    effect: 'SIGNIFICANT_DELAYS',
    cause: 'UNKNOWN_CAUSE',
    severity: 'WARNING',
    until: 'unknown',
    wholeNetwork: false,
  })
  const [chosen, setChosen] = useState<string[]>([])
  const [scope, setScope] = useState({ direction: bothDirections, fromStop: '', toStop: '' })
  const [texts, setTexts] = useState<Record<string, string>>({})
  const [key, setKey] = useState(freshKey)
  const set = (change: Partial<typeof form>) => setForm({ ...form, ...change })

  const single = chosen.length === 1 ? scope : { direction: bothDirections, fromStop: '', toStop: '' }
  const draft: NoticeDraft = {
    lines: form.wholeNetwork ? [] : chosen.map((line) => ({ line, ...single })),
    wholeNetwork: form.wholeNetwork,
    effect: form.effect,
    cause: form.cause,
    severity: form.severity,
    until: 0,
    texts: written(texts),
  }
  const ready = draft.wholeNetwork || (draft.lines.length > 0 && (single.fromStop === '') === (single.toStop === ''))
  const withEnd = () => ({ ...draft, until: untilOf(form.until) })
  const preview = useQuery({
    queryKey: ['preview', draft, form.until],
    queryFn: () => api.preview(withEnd()),
    enabled: ready,
    refetchInterval: 10_000,
    placeholderData: (before) => before,
  })
  const send = useAct(
    () => api.issue(withEnd(), key),
    () => {
      setKey(freshKey())
      void navigate({ to: '/' })
    },
  )
  const count = preview.data?.audience.now ?? 0

  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 7 }}>
        <Title order={2} mb="md">
          {t('newNotice')}
        </Title>
        <Stack>
          <fieldset style={{ border: 0, padding: 0, margin: 0 }}>
            <legend>
              <Text fw={600} size="sm" mb={4}>
                {t('composer.what')}
              </Text>
            </legend>
            <Chip.Group value={form.effect} onChange={(effect) => set({ effect: String(effect) })}>
              <Group gap="xs">
                {offered.map((e) => (
                  <Chip key={e} value={e}>
                    {t(`effect.${e}`)}
                  </Chip>
                ))}
              </Group>
            </Chip.Group>
          </fieldset>
          <MultiSelect
            label={t('composer.lines')}
            data={lines.map((l) => ({ value: l.id, label: l.name }))}
            value={chosen}
            onChange={setChosen}
            disabled={form.wholeNetwork}
            searchable
          />
          <Checkbox
            label={t('composer.wholeNetwork')}
            checked={form.wholeNetwork}
            onChange={(e) => set({ wholeNetwork: e.currentTarget.checked })}
          />
          {chosen.length === 1 && !form.wholeNetwork ? (
            <LineScopeFields operator={operator?.id ?? ''} line={chosen[0] ?? ''} scope={scope} change={setScope} />
          ) : null}
          <Group grow align="start">
            <Select
              label={t('composer.howBad')}
              description={t(`severityHelp.${form.severity}`)}
              data={severities.map((s) => ({ value: s, label: t(`severity.${s}`) }))}
              value={form.severity}
              onChange={(v) => set({ severity: v ?? form.severity })}
            />
            <UntilSelect value={form.until} change={(until) => set({ until })} />
            <Select
              label={t('composer.why')}
              data={causes.map((c) => ({ value: c, label: t(`cause.${c}`) }))}
              value={form.cause}
              onChange={(v) => set({ cause: v ?? form.cause })}
              searchable
            />
          </Group>
          <OwnTexts languages={operator?.languages ?? []} texts={texts} change={setTexts} />
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 5 }}>
        <Card withBorder pos="sticky" top={16}>
          <Title order={2} size="h4" mb="sm">
            {t('composer.preview')}
          </Title>
          {ready && preview.data ? <Preview preview={preview.data} /> : <Text c="dimmed">{t('composer.pickLines')}</Text>}
          <Fault error={preview.error ?? send.error} />
          <Button
            mt="md"
            size="md"
            fullWidth
            disabled={!ready || !preview.data}
            loading={send.isPending}
            onClick={() => send.mutate(undefined)}
          >
            {t('composer.send', { count })}
          </Button>
        </Card>
      </Grid.Col>
    </Grid>
  )
}
