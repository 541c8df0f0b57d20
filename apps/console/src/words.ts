import i18next from 'i18next'
import { initReactI18next, useTranslation } from 'react-i18next'
import { de } from './words.de'
import { en } from './words.en'

const storage = 'linienfunk-console-language'

void i18next.use(initReactI18next).init({
  resources: { de: { translation: de }, en: { translation: en } },
  lng: localStorage.getItem(storage) ?? (navigator.language.startsWith('de') ? 'de' : 'en'),
  fallbackLng: 'en',
  interpolation: { escapeValue: false },
})

export type ConsoleLanguage = 'de' | 'en'

export function setLanguage(language: ConsoleLanguage): void {
  localStorage.setItem(storage, language)
  document.documentElement.lang = language
  void i18next.changeLanguage(language)
}

/** Words and the language that they are in. */
export function useWords() {
  const { t, i18n } = useTranslation()
  return { t, language: (i18n.language === 'de' ? 'de' : 'en') as ConsoleLanguage }
}

document.documentElement.lang = i18next.language
