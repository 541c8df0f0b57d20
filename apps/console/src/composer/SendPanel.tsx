import { Button, Card, Stack, Text, Title } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { api } from '../api/api'
import { useAct } from '../api/useAct'
import { Fault } from '../parts/Fault'
import { useWords } from '../words/useWords'
import { Preview } from './Preview'
import { type NoticeForm, draftOf, missing } from './draft'
import { usePreview } from './usePreview'

/** What riders will get, how many, and the button that says so. */
export function SendPanel({ form, timezone }: { readonly form: NoticeForm; readonly timezone: string }) {
  const { t } = useWords()
  const navigate = useNavigate()
  const preview = usePreview(form, timezone)
  const lacks = missing(form)
  const send = useAct({
    form,
    body: () => draftOf(form, timezone),
    act: api.issue,
    done: ({ id }) => void navigate({ to: '/disruptions/$id', params: { id } }),
  })
  return (
    <Card withBorder component="section" className="send-panel">
      <Stack gap="sm">
        <Title order={2} size="h5">
          {t('composer.preview')}
        </Title>
        {lacks ? <Text c="dimmed">{t(`composer.missing.${lacks}`)}</Text> : null}
        {preview.shown ? <Preview preview={preview.shown} /> : null}
        <Fault error={send.error ?? preview.error} />
        <Button size="md" fullWidth disabled={!preview.current} loading={send.isPending} onClick={send.go}>
          {preview.shown ? t('composer.send', { count: preview.shown.audience.now }) : t('composer.sendIdle')}
        </Button>
      </Stack>
    </Card>
  )
}
