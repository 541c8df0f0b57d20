import { Grid, Group, Paper, Stack, Text, Title } from '@mantine/core'
import type { LineStatus, PublicLine, StaffDisruption } from '#domain/controlRoom'
import { DisruptionCard } from './DisruptionCard'
import { LineBadge } from './LineBadge'
import { useDisruptions, useLines, useMe } from './useApi'
import { useWords } from './words'

/** The situation: every line, worst first, and what is the matter. */
export function BoardPage() {
  const { t } = useWords()
  const operator = useMe().data?.operator.id ?? ''
  const lines = useLines(operator).data ?? []
  const all = useDisruptions().data ?? []
  const open = all.filter((d) => d.state !== 'CLOSED').sort((a, b) => rank(a) - rank(b) || b.openedAt - a.openedAt)
  const ended = all.filter((d) => d.state === 'CLOSED' && d.publication !== 'WITHDRAWN').sort((a, b) => b.closedAt - a.closedAt)
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 4 }}>
        <Title order={2} size="h4" mb="sm">
          {t('linesNow')}
        </Title>
        {lines.length === 0 ? <Text c="dimmed">{t('noLines')}</Text> : null}
        <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
          {[...lines]
            .sort((a, b) => statuses.indexOf(a.status) - statuses.indexOf(b.status))
            .map((line) => (
              <LineRow key={line.id} line={line} />
            ))}
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 8 }}>
        <Title order={2} size="h4" mb="sm">
          {t('disruptionsNow')}
        </Title>
        {open.length === 0 ? <Text c="dimmed">{t('nothingOpen')}</Text> : null}
        <Stack>
          {open.map((d) => (
            <DisruptionCard key={d.id} disruption={d} lines={lines} />
          ))}
        </Stack>
        {ended.length > 0 ? (
          <>
            <Title order={2} size="h4" mt="xl" mb="sm">
              {t('recent')}
            </Title>
            <Stack>
              {ended.slice(0, 5).map((d) => (
                <DisruptionCard key={d.id} disruption={d} lines={lines} />
              ))}
            </Stack>
          </>
        ) : null}
      </Grid.Col>
    </Grid>
  )
}

/** What waits for a decision comes first. */
const rank = (d: StaffDisruption): number => (d.publication === 'HELD' && d.state === 'OPEN' ? 0 : d.state === 'OPEN' ? 1 : 2)
const statuses: readonly LineStatus[] = ['MAJOR', 'MINOR', 'UNKNOWN', 'GOOD']
const marks: Readonly<Record<LineStatus, string>> = { GOOD: '✓', MINOR: '!', MAJOR: '✕', UNKNOWN: '?' }

function LineRow({ line }: { readonly line: PublicLine }) {
  const { t } = useWords()
  return (
    <Paper withBorder p="xs" component="li">
      <Group justify="space-between" wrap="nowrap">
        <LineBadge name={line.name} color={line.color} textColor={line.textColor} />
        <Text size="sm" fw={line.status === 'GOOD' ? 400 : 650}>
          <span aria-hidden="true">{marks[line.status]}</span> {t(`line.${line.status}`)}
        </Text>
      </Group>
    </Paper>
  )
}
