import { Badge, Button, Card, Group, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { StaffDisruption } from '#domain/controlRoom'
import { Acts } from './Acts'
import { disruptionRoute } from './router'
import { clockTime } from './time'
import { UpdateForm } from './UpdateForm'
import { useDisruptions } from './useApi'
import { useWords } from './words'

/** One disruption: texts, delivery, evidence; update and all-clear. */
export function DisruptionPage() {
  const { id } = disruptionRoute.useParams()
  const { t } = useWords()
  const found = useDisruptions().data?.find((d) => d.id === id)
  return (
    <Stack>
      <Button component={Link} to="/" variant="subtle" w="fit-content">
        ← {t('back')}
      </Button>
      {found ? <Found disruption={found} /> : null}
    </Stack>
  )
}

function Found({ disruption: d }: { readonly disruption: StaffDisruption }) {
  const { t, language } = useWords()
  return (
    <>
      <Title order={2}>{d.headline[language] || t(`effect.${d.effect}`)}</Title>
      <Group>
        <Badge color="gray" variant="outline">
          {t(`rule.${d.rule}`)}
        </Badge>
        <Badge>{t(`state.${d.state}`)}</Badge>
        <Badge color={d.publication === 'TOLD' ? 'green' : 'gray'}>{t(`publication.${d.publication}`)}</Badge>
        <Text size="sm" c="dimmed">
          {t('since', { time: clockTime(d.openedAt || d.suspectedAt, language) })}
          {d.closedAt > 0 ? ` · ${t('ended', { time: clockTime(d.closedAt, language) })}` : ''}
        </Text>
      </Group>
      <Acts disruption={d} />
      <Card withBorder>
        <Title order={3} size="h5" mb="sm">
          {t('whatRidersRead')}
        </Title>
        <Stack>
          {Object.entries(d.body).map(([code, text]) => (
            <div key={code} lang={code} className="bubble">
              {text}
            </div>
          ))}
        </Stack>
      </Card>
      {d.state === 'OPEN' && d.publication === 'TOLD' ? <UpdateForm disruption={d} /> : null}
      <Card withBorder>
        <Title order={3} size="h5" mb="sm">
          {t('delivery')}
        </Title>
        <Group>
          {Object.entries(d.delivery.byState)
            .filter(([, count]) => count > 0)
            .map(([state, count]) => (
              <Badge key={state} size="lg" variant="light" styles={{ label: { textTransform: 'none' } }}>
                {count} {t(`slot.${state}`)}
              </Badge>
            ))}
          {d.delivery.riders === 0 ? <Text c="dimmed">{t('reachNow', { count: d.audience.now })}</Text> : null}
        </Group>
      </Card>
      <Card withBorder>
        <Title order={3} size="h5" mb="sm">
          {t('evidence')}
        </Title>
        <pre className="evidence" tabIndex={0}>
          {JSON.stringify(d.evidence, null, 2)}
        </pre>
      </Card>
    </>
  )
}
