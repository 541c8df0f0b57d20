import type { StaffDisruption } from '#domain/controlRoom'
import type { useWords } from '../words/useWords'

/** What it is called: as riders read it, else (only suspected, no text yet) its effect and its lines. */
export function headlineOf(d: StaffDisruption, { t, language }: Pick<ReturnType<typeof useWords>, 't' | 'language'>): string {
  const told = d.headline[language] || Object.values(d.headline).find(Boolean)
  if (told) return told
  const names = d.lines.map((l) => l.name).join(', ') || d.topics.join(', ')
  return names ? `${names}: ${t(`effect.${d.effect}`)}` : t(`effect.${d.effect}`)
}
