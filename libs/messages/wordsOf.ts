import type { Language } from '#domain/operator'
import { english } from './english'
import { german } from './german'
import type { Words } from './words'

const all: Readonly<Record<Language, Words>> = { de: german, en: english }

export const wordsOf = (language: Language): Words => all[language]
