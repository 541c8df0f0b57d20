import { type Html, html } from '../http/html'
import type { StoryView } from '../world/vehiclesView'
import { type Language, texts } from './texts'

/** What happens now, and in how many seconds the next thing; the script writes the same. */
export function storyLine(story: StoryView, language: Language): Html {
  const t = texts[language]
  const time = `${Math.floor(story.next.inSeconds / 60)}:${String(story.next.inSeconds % 60).padStart(2, '0')}`
  const next = (when: string) => html`<strong>${when} ${time}:</strong> ${story.next.text[language]}`
  if (story.now.length === 0) return next(story.justOver ? `${t.over} ${t.next}` : t.inTime)
  return html`<strong>${t.now}:</strong> ${story.now.map((n) => n.text[language]).join(' ')} ${next(t.inTime)}`
}
