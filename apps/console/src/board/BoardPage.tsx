import { Grid, Stack, Text, Title } from '@mantine/core'
import type { PublicLine, StaffDisruption } from '#domain/controlRoom'
import { useDisruptions, useLines, useOperator } from '../api/useApi'
import { Fault } from '../parts/Fault'
import { PageTitle } from '../parts/PageTitle'
import { useWords } from '../words/useWords'
import { DisruptionList } from './DisruptionList'
import { LineRow } from './LineRow'
import { endedOf, openOf, untoldOf, waits, worstFirst } from './order'

/** The situation: every line, worst first, and what is the matter. */
export function BoardPage() {
  const { t } = useWords()
  const found = useLines(useOperator().id)
  const disruptions = useDisruptions()
  const lines = found.data ?? []
  const open = openOf(disruptions.data ?? [])
  const ended = endedOf(disruptions.data ?? [])
  return (
    <>
      <PageTitle name={t('board')}>
        <Summary lines={lines} open={open} />
      </PageTitle>
      <Fault error={found.data || disruptions.data ? null : (found.error ?? disruptions.error)} />
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 8 }} order={{ base: 1, md: 2 }}>
          <Stack>
            <Title order={2} size="h5">
              {t('disruptionsNow')}
            </Title>
            <DisruptionList disruptions={open} lines={lines} none={disruptions.data && t('nothingOpen')} />
            {ended.length > 0 ? (
              <Title order={2} size="h5" mt="md">
                {t('recent')}
              </Title>
            ) : null}
            <DisruptionList disruptions={ended.slice(0, 5)} lines={lines} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }} order={{ base: 2, md: 1 }}>
          <Title order={2} size="h5" mb="md">
            {t('linesNow')}
          </Title>
          {found.data?.length === 0 ? <Text c="dimmed">{t('noLines')}</Text> : null}
          <ul className="line-list">
            {worstFirst(lines).map((line) => (
              <LineRow key={line.id} line={line} untold={untoldOf(line.id, open)} />
            ))}
          </ul>
        </Grid.Col>
      </Grid>
    </>
  )
}

interface SummaryProps {
  readonly lines: readonly PublicLine[]
  readonly open: readonly StaffDisruption[]
}

/** The whole picture in one sentence: what waits for a decision, else how the lines run. */
function Summary({ lines, open }: SummaryProps) {
  const { t } = useWords()
  const waiting = open.filter(waits).length
  if (waiting > 0) return t('summary.waiting', { count: waiting })
  const disrupted = lines.filter((l) => l.status === 'MINOR' || l.status === 'MAJOR').length
  if (lines.length === 0) return t('board')
  if (disrupted > 0) return t('summary.disrupted', { count: disrupted, total: lines.length })
  return lines.some((l) => l.status === 'UNKNOWN') ? t('summary.unseen') : t('summary.good')
}
