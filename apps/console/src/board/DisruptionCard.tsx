import { Card, Group, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { PublicLine, StaffDisruption } from '#domain/controlRoom'
import { Acts } from '../disruption/Acts'
import { Reach } from '../disruption/Reach'
import { Since } from '../disruption/Since'
import { LineBadge } from '../parts/LineBadge'
import { Message } from '../parts/Message'
import { headlineOf } from '../parts/headline'
import { SeverityMark, StandingMark } from '../parts/statusMarks'
import { useWords } from '../words/useWords'
import { waits } from './order'

interface DisruptionCardProps {
  readonly disruption: StaffDisruption
  readonly lines: readonly PublicLine[]
}

export function DisruptionCard({ disruption: d, lines }: DisruptionCardProps) {
  const words = useWords()
  const { t, language } = words
  const known = new Map(lines.map((l) => [l.id, l]))
  return (
    <Card withBorder component="article" className={waits(d) ? 'waits' : undefined}>
      <Group gap="xs" mb="xs">
        {d.lines.map((line, i) => (
          <LineBadge key={`${line.id}/${i}`} line={known.get(line.id) ?? line} />
        ))}
        <SeverityMark severity={d.severity} />
        <StandingMark disruption={d} />
      </Group>
      <Title order={3} size="h5">
        <Link to="/disruptions/$id" params={{ id: d.id }} className="headline-link">
          {headlineOf(d, words)}
        </Link>
      </Title>
      <Text size="sm" c="dimmed">
        {t(`rule.${d.rule}`)} · <Since disruption={d} /> · <Reach disruption={d} />
      </Text>
      {waits(d) ? <Message language={language} text={d.body[language] ?? ''} /> : null}
      <Acts disruption={d} />
    </Card>
  )
}
