import { Tabs, Textarea } from '@mantine/core'
import type { Language } from '#domain/operator'
import { useWords } from '../words/useWords'

const maxCharacters = 600

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
            {t(`languageName.${l}`)}
            {texts[l]?.trim() ? ` (${t('composer.ownText')})` : ''}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {languages.map((l) => (
        <Tabs.Panel key={l} value={l} pt="sm">
          <Textarea
            lang={l}
            label={`${t('composer.text')} (${t(`languageName.${l}`)})`}
            description={`${t('composer.textHelp')} ${t('composer.chars', { count: (texts[l] ?? '').length, max: maxCharacters })}`}
            value={texts[l] ?? ''}
            maxLength={maxCharacters}
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
