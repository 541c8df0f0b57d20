import { Radio, Stack } from '@mantine/core'
import { useState } from 'react'
import { api } from '../api/api'
import { useAct } from '../api/useAct'
import { useWords } from '../words/useWords'
import { Dialog } from './Dialog'

const reasons = ['false-data', 'known', 'too-small', 'other'] as const

interface DismissDialogProps {
  readonly id: string
  readonly opened: boolean
  readonly close: () => void
}

/** The reason is kept: it shows which rule is too keen. */
export function DismissDialog({ id, opened, close }: DismissDialogProps) {
  const { t } = useWords()
  const [reason, setReason] = useState<string>('false-data')
  const act = useAct({ form: [id, reason], body: () => reason, act: (why, key) => api.dismiss(id, why, key), done: close })
  return (
    <Dialog title={t('dismissTitle')} doIt={t('dismiss')} opened={opened} close={close} act={act}>
      <Radio.Group value={reason} onChange={setReason} label={t('dismissWhy')} name="reason">
        <Stack gap="sm" mt="sm">
          {reasons.map((r) => (
            <Radio key={r} value={r} label={t(`reason.${r}`)} />
          ))}
        </Stack>
      </Radio.Group>
    </Dialog>
  )
}
