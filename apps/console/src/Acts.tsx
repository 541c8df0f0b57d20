import { Alert, Button, Group, Modal, Radio, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { StaffDisruption } from '#domain/controlRoom'
import { api, freshKey } from './api'
import { useAct } from './useApi'
import { useWords } from './words'

const reasons = ['false-data', 'known', 'too-small', 'other'] as const

/** What staff can do with a disruption: tell or dismiss what is held, end what is open. Each dialog's key makes a repeated click one act. */
export function Acts({ disruption: d }: { readonly disruption: StaffDisruption }) {
  const { t } = useWords()
  const [dialog, setDialog] = useState<'dismiss' | 'clear' | undefined>()
  const [confirmKey] = useState(freshKey)
  const confirm = useAct(() => api.confirm(d.id, confirmKey))
  if (d.state !== 'OPEN' || d.publication === 'WITHDRAWN') return null
  return (
    <Group>
      {d.publication === 'HELD' ? (
        <>
          <Button loading={confirm.isPending} onClick={() => confirm.mutate(undefined)}>
            {t('tellRiders', { count: d.audience.now })}
          </Button>
          <Button variant="default" onClick={() => setDialog('dismiss')}>
            {t('dismiss')}
          </Button>
        </>
      ) : (
        <Button variant="default" onClick={() => setDialog('clear')}>
          {t('allClear')}
        </Button>
      )}
      <Fault error={confirm.error} />
      <DismissDialog id={d.id} opened={dialog === 'dismiss'} close={() => setDialog(undefined)} />
      <ClearDialog disruption={d} opened={dialog === 'clear'} close={() => setDialog(undefined)} />
    </Group>
  )
}

interface DialogProps {
  readonly opened: boolean
  readonly close: () => void
}

function DismissDialog({ id, opened, close }: DialogProps & { readonly id: string }) {
  const { t } = useWords()
  const [reason, setReason] = useState<string>('false-data')
  const [key] = useState(freshKey)
  const dismiss = useAct(() => api.dismiss(id, reason, key), close)
  return (
    <Modal opened={opened} onClose={close} title={t('dismissWhy')} closeButtonProps={{ 'aria-label': t('cancel') }}>
      <Radio.Group value={reason} onChange={setReason} label={t('dismissWhy')}>
        <Stack my="sm">
          {reasons.map((r) => (
            <Radio key={r} value={r} label={t(`reason.${r}`)} />
          ))}
        </Stack>
      </Radio.Group>
      <Fault error={dismiss.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {t('cancel')}
        </Button>
        <Button loading={dismiss.isPending} onClick={() => dismiss.mutate(undefined)}>
          {t('dismiss')}
        </Button>
      </Group>
    </Modal>
  )
}

function ClearDialog({ disruption: d, opened, close }: DialogProps & { readonly disruption: StaffDisruption }) {
  const { t, language } = useWords()
  const [key] = useState(freshKey)
  const clear = useAct(() => api.clear(d.id, key), close)
  return (
    <Modal opened={opened} onClose={close} title={t('allClear')} closeButtonProps={{ 'aria-label': t('cancel') }}>
      <Text fw={650}>{d.headline[language]}</Text>
      <Text my="sm">{t('allClearAsk')}</Text>
      <Text size="sm" c="dimmed">
        {t('toldCount', { told: d.delivery.byState.SENT, riders: d.delivery.riders })}
      </Text>
      <Fault error={clear.error} />
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={close}>
          {t('cancel')}
        </Button>
        <Button loading={clear.isPending} onClick={() => clear.mutate(undefined)}>
          {t('allClear')}
        </Button>
      </Group>
    </Modal>
  )
}

/** What went wrong, and what to do about it. */
export function Fault({ error }: { readonly error: Error | null }) {
  const { t } = useWords()
  if (!error) return null
  const hint = 'hint' in error && typeof error.hint === 'string' ? error.hint : ''
  return (
    <Alert color="red" title={t('failed')} role="alert" my="sm">
      {error.message} {hint}
    </Alert>
  )
}
