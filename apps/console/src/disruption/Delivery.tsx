import { Card, Group, Text, Title } from '@mantine/core'
import type { StaffDisruption } from '#domain/controlRoom'
import { type SlotState, slotStates } from '#domain/slot'
import { Mark, type Tone } from '../parts/Mark'
import { useWords } from '../words/useWords'
import { Reach } from './Reach'

const tones: Readonly<Partial<Record<SlotState, Tone>>> = { SENT: 'good', PARKED: 'warn', FAILED: 'bad', EXPIRED: 'warn' }

/** How far the messages are: only what a messenger can prove. */
export function Delivery({ disruption: d }: { readonly disruption: StaffDisruption }) {
  const { t } = useWords()
  const { riders, byState, byChannel } = d.delivery
  const channels = Object.entries(byChannel)
  return (
    <Card withBorder component="section">
      <Title order={2} size="h5" mb="sm">
        {t('delivery')}
      </Title>
      <Text>
        <Reach disruption={d} />
      </Text>
      {riders > 0 ? (
        <Group gap="xs" mt="xs">
          {slotStates
            .filter((s) => byState[s] > 0)
            .map((s) => (
              <Mark key={s} tone={tones[s] ?? 'quiet'}>
                {byState[s]} {t(`slot.${s}`)}
              </Mark>
            ))}
        </Group>
      ) : null}
      {channels.length > 1 &&
        channels.map(([channel, counts]) => (
          <Text key={channel} size="sm" c="dimmed" mt="xs">
            {t(`channel.${channel}`)}: {t('sentCount', { count: counts.SENT })}
          </Text>
        ))}
    </Card>
  )
}
