import { Stack, Text } from '@mantine/core'
import type { PreviewView } from '#domain/controlRoom'
import { useWords } from './words'

/** The message in each language of the operator, and how many get it. */
export function Preview({ preview }: { readonly preview: PreviewView }) {
  const { language } = useWords()
  return (
    <Stack>
      <Text fw={650} aria-live="polite">
        {preview.summary[language]}
      </Text>
      {Object.entries(preview.audience.byChannel).map(([channel, count]) => (
        <Text key={channel} size="sm" c="dimmed">
          {channel.toLowerCase()}: {count}
        </Text>
      ))}
      {Object.entries(preview.texts).map(([code, texts]) => (
        <div key={code} lang={code} className="bubble">
          {texts.TELEGRAM.text}
        </div>
      ))}
    </Stack>
  )
}
