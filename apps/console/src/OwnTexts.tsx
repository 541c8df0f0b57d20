import { Tabs, Textarea } from '@mantine/core'
import type { Language } from '#domain/operator'
import { useWords } from './words'

const names: Readonly<Record<Language, string>> = { de: 'Deutsch', en: 'English' }

interface OwnTextsProps {
  readonly languages: readonly Language[]
  readonly texts: Readonly<Record<string, string>>
  readonly change: (texts: Record<string, string>) => void
}

/** A text of staff for each language of the operator; an empty one leaves the generated text. */
export function OwnTexts({ languages, texts, change }: OwnTextsProps) {
  const { t } = useWords()
  return (
    <Tabs defaultValue={languages[0] ?? null}>
      <Tabs.List>
        {languages.map((l) => (
          <Tabs.Tab key={l} value={l}>
            {names[l]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {languages.map((l) => (
        <Tabs.Panel key={l} value={l} pt="sm">
          <Textarea
            lang={l}
            label={`${t('composer.text')} (${names[l]})`}
            description={`${t('composer.textHelp')} ${t('composer.chars', { count: (texts[l] ?? '').length })}`}
            value={texts[l] ?? ''}
            maxLength={600}
            autosize
            minRows={2}
            onChange={(event) => change({ ...texts, [l]: event.currentTarget.value })}
          />
        </Tabs.Panel>
      ))}
    </Tabs>
  )
}

/** Only the texts that somebody wrote. */
export const written = (texts: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).filter(([, text]) => text.trim() !== ''))
