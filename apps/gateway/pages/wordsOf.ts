import type { Language } from '#domain/operator'
import { english } from './english'
import { german } from './german'
import type { PageWords } from './words'

const words: Readonly<Record<Language, PageWords>> = { de: german, en: english }

export const pageWords = (language: Language): PageWords => words[language]
