import { Button, Group, Modal, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { Fault } from '../parts/Fault'
import { useWords } from '../words/useWords'

interface DialogProps {
  readonly title: string
  readonly opened: boolean
  readonly close: () => void
  /** The act, named on its button. */
  readonly doIt: string
  readonly act: { readonly go: () => void; readonly isPending: boolean; readonly error: Error | null }
  readonly children: ReactNode
}

/** A question before an act that cannot be taken back. */
export function Dialog({ title, opened, close, doIt, act, children }: DialogProps) {
  const { t } = useWords()
  return (
    <Modal opened={opened} onClose={close} title={title} centered closeButtonProps={{ 'aria-label': t('close') }}>
      <Stack>
        {children}
        <Fault error={act.error} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={close}>
            {t('cancel')}
          </Button>
          <Button loading={act.isPending} onClick={act.go}>
            {doIt}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
