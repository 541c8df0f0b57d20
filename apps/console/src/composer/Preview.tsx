import { Stack, Text } from '@mantine/core'
import type { PreviewView } from '#domain/controlRoom'
import { Message } from '../parts/Message'
import { useWords } from '../words/useWords'

/** The message in each language of the operator, and how many get it. */
export function Preview({ preview }: { readonly preview: PreviewView }) {
  const { t, language } = useWords()
  const channels = Object.entries(preview.audience.byChannel).filter(([, count]) => count > 0)
  return (
    <Stack gap="sm">
      <div aria-live="polite">
        <Text fw={650}>{preview.summary[language]}</Text>
        {channels.length > 0 ? (
          <Text size="sm" c="dimmed">
            {channels.map(([channel, count]) => `${t(`channel.${channel}`)}: ${count}`).join(' · ')}
          </Text>
        ) : null}
      </div>
      {Object.entries(preview.texts).map(([code, texts]) => (
        <Message key={code} language={code} text={texts.TELEGRAM.text} />
      ))}
    </Stack>
  )
}
