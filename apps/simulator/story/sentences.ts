import { lineTitle } from '../plan/plan'
import type { Bilingual, Incident } from './incident'
import { sectionNames } from './section'

/** What is going on in the city, in one sentence for the visitor of the demo page. */
export function happening(incident: Incident): Bilingual {
  const [line] = incident.lines
  const title = line ? lineTitle(line) : ''
  const at = line && incident.section ? sectionNames(line, incident.section) : undefined
  switch (incident.kind) {
    case 'DELAY':
      if (!at) return { de: `${title} steht im Stau.`, en: `${title} is stuck in traffic.` }
      return {
        de: `${title} steht zwischen ${at.from} und ${at.to}.`,
        en: `${title} is stuck between ${at.from} and ${at.to}.`,
      }
    case 'CANCELLED':
      return { de: `${title}: Fahrten fallen aus.`, en: `${title}: trips are cancelled.` }
    case 'ALERT':
      return incident.alert?.header ?? { de: '', en: '' }
    case 'OUTAGE':
      return { de: 'Die Datenquellen der Stadt fallen aus.', en: 'The city’s feeds fail.' }
  }
}

/** What will happen next, to follow a countdown: "In 0:12: …". */
export function coming(incident: Incident): Bilingual {
  const [line] = incident.lines
  const title = line ? lineTitle(line) : ''
  switch (incident.kind) {
    case 'DELAY':
      return { de: `${title} bleibt stehen.`, en: `${title} will be stuck.` }
    case 'CANCELLED':
      return { de: `${title}: Fahrten werden ausfallen.`, en: `${title}: trips will be cancelled.` }
    case 'ALERT':
      return { de: `${title}: Der Verkehrsbetrieb meldet etwas.`, en: `${title}: the operator publishes an alert.` }
    case 'OUTAGE':
      return { de: 'Die Datenquellen der Stadt fallen aus.', en: 'The city’s feeds will fail.' }
  }
}

/** A delay grows. */
export function worsening({ lines: [line] }: Incident): Bilingual {
  const title = line ? lineTitle(line) : ''
  return { de: `${title} verspätet sich noch mehr.`, en: `${title} will be later still.` }
}

/** How it will end. */
export function ending(incident: Incident): Bilingual {
  const [line] = incident.lines
  const title = line ? lineTitle(line) : ''
  switch (incident.kind) {
    case 'DELAY':
      return { de: `${title} fährt wieder.`, en: `${title} will move on.` }
    case 'CANCELLED':
      return { de: `${title}: Alle Fahrten finden wieder statt.`, en: `${title}: all trips will run again.` }
    case 'ALERT':
      return { de: `${title}: Der Verkehrsbetrieb nimmt seine Meldung zurück.`, en: `${title}: the operator will take its alert back.` }
    case 'OUTAGE':
      return { de: 'Die Datenquellen der Stadt kommen wieder.', en: 'The city’s feeds will come back.' }
  }
}
