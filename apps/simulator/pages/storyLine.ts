import { type Html, html } from '../http/html'
import type { StoryView } from '../world/vehiclesView'
import { type Language, texts } from './texts'

/** One sentence on what happens now, or will happen next; the script writes the same. */
export function storyLine(story: StoryView, language: Language): Html {
  const t = texts[language]
  if (story.now.length > 0) return html`<strong>${t.now}:</strong> ${story.now.map((n) => n.text[language]).join(' ')} ${t.watch}`
  const time = `${Math.floor(story.next.inSeconds / 60)}:${String(story.next.inSeconds % 60).padStart(2, '0')}`
  const when = story.justOver ? `${t.over} ${t.next}` : t.inTime
  return html`<strong>${when} ${time}:</strong> ${story.next.text[language]}`
}
