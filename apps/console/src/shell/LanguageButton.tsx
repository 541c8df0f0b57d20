import { Button } from '@mantine/core'
import { setLanguage, useWords } from '../words/useWords'

/** Names the other language, in that language. */
export function LanguageButton() {
  const { t, language } = useWords()
  const other = language === 'de' ? 'en' : 'de'
  return (
    <Button variant="subtle" size="compact-sm" lang={other} onClick={() => setLanguage(other)}>
      {t('otherLanguage')}
    </Button>
  )
}
