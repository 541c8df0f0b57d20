import { Text } from '@mantine/core'
import type { StaffDisruption } from '#domain/controlRoom'
import { api } from '../api/api'
import { useAct } from '../api/useAct'
import { headlineOf } from '../parts/headline'
import { useWords } from '../words/useWords'
import { Dialog } from './Dialog'

interface ClearDialogProps {
  readonly disruption: StaffDisruption
  readonly opened: boolean
  readonly close: () => void
}

export function ClearDialog({ disruption: d, opened, close }: ClearDialogProps) {
  const words = useWords()
  const { t } = words
  const told = d.delivery.byState.SENT
  const act = useAct({ form: d.id, body: () => ({}), act: (_, key) => api.clear(d.id, key), done: close })
  return (
    <Dialog title={t('allClearTitle')} doIt={t('allClearDo', { count: told })} opened={opened} close={close} act={act}>
      <Text fw={650}>{headlineOf(d, words)}</Text>
      <Text>{t('allClearAsk', { count: told })}</Text>
    </Dialog>
  )
}
