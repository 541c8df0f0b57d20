import { Button, Group, Stack } from '@mantine/core'
import { useState } from 'react'
import type { StaffDisruption } from '#domain/controlRoom'
import { api } from '../api/api'
import { useAct } from '../api/useAct'
import { Fault } from '../parts/Fault'
import { useWords } from '../words/useWords'
import { ClearDialog } from './ClearDialog'
import { DismissDialog } from './DismissDialog'

/** What staff can do with a disruption: tell or dismiss what is held, end what is told. */
export function Acts({ disruption: d }: { readonly disruption: StaffDisruption }) {
  const { t } = useWords()
  const [dialog, setDialog] = useState<'dismiss' | 'clear' | undefined>()
  const confirm = useAct({ form: d.id, body: () => ({}), act: (_, key) => api.confirm(d.id, key) })
  const close = () => setDialog(undefined)
  if (d.state !== 'OPEN' || d.publication === 'WITHDRAWN') return null
  return (
    <Stack gap="sm" mt="sm">
      <Fault error={confirm.error} />
      {d.publication === 'HELD' ? (
        <Group gap="sm">
          <Button loading={confirm.isPending} onClick={confirm.go}>
            {t('tellRiders', { count: d.audience.now })}
          </Button>
          <Button variant="default" onClick={() => setDialog('dismiss')}>
            {t('dismiss')}
          </Button>
        </Group>
      ) : (
        <Group>
          <Button variant="default" onClick={() => setDialog('clear')}>
            {t('allClear')}
          </Button>
        </Group>
      )}
      <DismissDialog id={d.id} opened={dialog === 'dismiss'} close={close} />
      <ClearDialog disruption={d} opened={dialog === 'clear'} close={close} />
    </Stack>
  )
}
