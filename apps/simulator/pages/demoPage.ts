import { html } from '../http/html'
import type { Person } from '../phone/people'
import type { Phone } from '../phone/phone'
import { lindenau } from '../plan/lindenau'
import type { VehiclesView } from '../world/vehiclesView'
import { frame } from './frame'
import { lineList } from './lineList'
import { mapOf } from './map'
import { type PreparedMessage, phoneFrame } from './phoneFrame'
import { storyLine } from './storyLine'
import { type Language, texts } from './texts'

/** The first thing that anybody sees: the city beside the phone. */
export function demoPage(phone: Phone, person: Person, vehicles: VehiclesView, language: Language): string {
  const t = texts[language]
  const content = html`<main>
    <div class="lead">
      <h1>${t.title}</h1>
      <p class="intro">${t.intro}</p>
      <p class="story" id="story" role="status">${storyLine(vehicles.story, language)}</p>
    </div>
    ${phoneFrame(phone, person, language, '/')}
    <section class="city" aria-label="${t.lines}">
      ${lineList(lindenau, language)}
      <div class="drawing">
        ${mapOf(lindenau, vehicles, t.map)}
        <p class="count"><span id="count">${vehicles.vehicles.length}</span> ${t.vehicles} · ${t.demo}</p>
      </div>
    </section>
  </main>`
  return frame(language, '/', person.name.toLowerCase(), content)
}

export function phonePage(phone: Phone, person: Person, language: Language, prepared?: PreparedMessage): string {
  const content = html`<main>
    <h1 class="aloud">${texts[language].phone}</h1>
    ${phoneFrame(phone, person, language, '/phone', prepared)}
  </main>`
  return frame(language, '/phone', person.name.toLowerCase(), content)
}
