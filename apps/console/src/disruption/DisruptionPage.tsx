import { Card, Group, Stack, Text, Title } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import type { StaffDisruption } from '#domain/controlRoom'
import { useDisruptions, useLines, useOperator } from '../api/useApi'
import { Fault } from '../parts/Fault'
import { LineBadge } from '../parts/LineBadge'
import { Message } from '../parts/Message'
import { PageTitle } from '../parts/PageTitle'
import { headlineOf } from '../parts/headline'
import { SeverityMark, StandingMark } from '../parts/statusMarks'
import { useWords } from '../words/useWords'
import { Acts } from './Acts'
import { Delivery } from './Delivery'
import { Evidence } from './Evidence'
import { Facts } from './Facts'
import { UpdateForm } from './UpdateForm'

/** One disruption: facts, texts, delivery, evidence; update and all-clear. */
export function DisruptionPage() {
  const { id } = useParams({ from: '/disruptions/$id' })
  const { t } = useWords()
  const { data, error } = useDisruptions()
  const found = data?.find((d) => d.id === id)
  return (
    <Stack>
      <Link to="/" className="quiet-link">
        ← {t('back')}
      </Link>
      {found ? <Found key={id} disruption={found} /> : <Text aria-live="polite">{data ? t('notThere') : ''}</Text>}
      <Fault error={data ? null : error} />
    </Stack>
  )
}

function Found({ disruption: d }: { readonly disruption: StaffDisruption }) {
  const words = useWords()
  const { t } = words
  const known = new Map((useLines(useOperator().id).data ?? []).map((l) => [l.id, l]))
  const headline = headlineOf(d, words)
  return (
    <>
      <div>
        <Group gap="xs" mb="xs">
          {d.lines.map((line, i) => (
            <LineBadge key={`${line.id}/${i}`} line={known.get(line.id) ?? line} />
          ))}
          <SeverityMark severity={d.severity} />
          <StandingMark disruption={d} />
        </Group>
        <PageTitle name={headline}>{headline}</PageTitle>
        <Facts disruption={d} />
        <Acts disruption={d} />
      </div>
      <Delivery disruption={d} />
      <Section title={t('whatRidersRead')}>
        {Object.values(d.body).some(Boolean) ? null : <Text c="dimmed">{t('noText')}</Text>}
        {Object.entries(d.body).map(([language, text]) => (
          <Message key={language} language={language} text={text} />
        ))}
      </Section>
      {d.state === 'OPEN' && d.publication === 'TOLD' ? (
        <Section title={t('update')}>
          <UpdateForm disruption={d} />
        </Section>
      ) : null}
      <Section title={t('evidence')}>
        <Evidence evidence={d.evidence} />
      </Section>
    </>
  )
}

function Section({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <Card withBorder component="section">
      <Stack gap="sm">
        <Title order={2} size="h5">
          {title}
        </Title>
        {children}
      </Stack>
    </Card>
  )
}
