import { Badge, Button, Card, Group, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { PublicLine, StaffDisruption } from '#domain/controlRoom'
import { Acts } from './Acts'
import { LineBadge } from './LineBadge'
import { clockTime } from './time'
import { useWords } from './words'

export function DisruptionCard({ disruption: d, lines }: { readonly disruption: StaffDisruption; readonly lines: readonly PublicLine[] }) {
  const { t, language } = useWords()
  const colorOf = new Map(lines.map((l) => [l.id, l]))
  return (
    <Card withBorder component="article" aria-label={d.headline[language] || d.id}>
      <Group gap="xs" mb="xs">
        {d.lines.map((line) => (
          <LineBadge key={line.id} name={line.name} color={colorOf.get(line.id)?.color} textColor={colorOf.get(line.id)?.textColor} />
        ))}
        <Badge variant="outline" color="gray">
          {t(`rule.${d.rule}`)}
        </Badge>
        <Badge variant="light" color={d.severity === 'SEVERE' ? 'red' : d.severity === 'WARNING' ? 'orange' : 'blue'}>
          {t(`severity.${d.severity}`)}
        </Badge>
        <Badge variant="light" color={d.state === 'CLOSED' ? 'gray' : 'indigo'}>
          {t(`state.${d.state}`)}
        </Badge>
        <Badge variant={d.publication === 'HELD' ? 'filled' : 'light'} color={d.publication === 'TOLD' ? 'green' : 'gray'}>
          {t(`publication.${d.publication}`)}
        </Badge>
      </Group>
      <Title order={3} size="h5">
        {d.headline[language] || `${t(`effect.${d.effect}`)} ${d.delayMax > 0 ? t('delay', range(d)) : ''}`}
      </Title>
      <Text size="sm" c="dimmed">
        {d.closedAt > 0
          ? t('ended', { time: clockTime(d.closedAt, language) })
          : t('since', { time: clockTime(d.openedAt || d.suspectedAt, language) })}
        {' · '}
        <Reach disruption={d} />
      </Text>
      <Group mt="sm">
        <Acts disruption={d} />
        <Button component={Link} to={`/disruptions/${encodeURIComponent(d.id)}`} variant="subtle">
          {t('details')}
        </Button>
      </Group>
    </Card>
  )
}

/** Whom it would reach; once it is told, whom it reached. */
function Reach({ disruption: d }: { readonly disruption: StaffDisruption }) {
  const { t } = useWords()
  if (d.delivery.riders > 0) return <>{t('toldCount', { told: d.delivery.byState.SENT, riders: d.delivery.riders })}</>
  return (
    <>
      {t('reachNow', { count: d.audience.now })}
      {d.audience.held > 0 ? ` · ${t('reachHeld', { count: d.audience.held })}` : ''}
    </>
  )
}

const range = (d: StaffDisruption) => ({ min: Math.round(d.delayMin / 60), max: Math.round(d.delayMax / 60) })
