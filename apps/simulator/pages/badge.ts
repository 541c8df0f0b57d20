import { type Html, html } from '../http/html'
import { type PlannedLine, lineTitle } from '../plan/plan'

export const lineClass = (line: PlannedLine): string => `line-${line.id.replace(/[^a-z0-9]+/g, '-')}`

/** The line as on the vehicle; read aloud with its mode. */
export const badge = (line: PlannedLine): Html =>
  html`<span class="badge ${line.vehicle} ${lineClass(line)}"
    ><span aria-hidden="true">${line.name}</span><span class="aloud">${lineTitle(line)}</span></span
  >`
