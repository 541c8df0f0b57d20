import { createInstance } from 'i18next'
import { initReactI18next, useTranslation } from 'react-i18next'
import { english } from './english'
import { german } from './german'

const storage = 'linienfunk-console-language'

export type ConsoleLanguage = 'de' | 'en'
const known = (language: string | null): ConsoleLanguage | undefined => (language === 'de' || language === 'en' ? language : undefined)

const i18n = createInstance()
void i18n.use(initReactI18next).init({
  resources: { de: { translation: german }, en: { translation: english } },
  lng: known(localStorage.getItem(storage)) ?? (navigator.language.startsWith('de') ? 'de' : 'en'),
  fallbackLng: 'en',
  interpolation: { escapeValue: false },
})
document.documentElement.lang = i18n.language

export function setLanguage(language: ConsoleLanguage): void {
  localStorage.setItem(storage, language)
  document.documentElement.lang = language
  void i18n.changeLanguage(language)
}

/** Words and the language that they are in. */
export function useWords() {
  const { t } = useTranslation()
  return { t, language: known(i18n.language) ?? ('en' as const) }
}
