import { type Html, html } from '../http/html'
import type { City, PlannedLine, Stop } from '../plan/plan'
import type { VehiclesView } from '../world/vehiclesView'
import { lineClass } from './badge'
import { type Label, labelsOf } from './labels'

/** The lines as a drawing; the list of lines is its twin in words. Vehicles are moved by the script. */
export function mapOf(city: City, vehicles: VehiclesView, label: string): Html {
  const [width, height] = city.size
  return html`<svg id="map" class="map" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">
    <g class="tracks">${city.lines.map(track)}</g>
    <g class="stops">${city.stops.map((stop) => stopMark(city, stop))}</g>
    <g id="vehicles">${vehicles.vehicles.map((v) => vehicle(city, v))}</g>
    <g class="ends">${city.lines.flatMap((line) => [line.stops[0], line.stops.at(-1)].map((stop) => stop && endBadge(line, stop)))}</g>
    <g class="names">${labelsOf(city).map(stopName)}</g>
  </svg>`
}

const track = (line: PlannedLine): Html =>
  html`<polyline class="track ${lineClass(line)}" data-line="${line.id}" points="${line.stops.map((s) => `${s.x},${s.y}`).join(' ')}" />`

const served = (city: City, stop: Stop): PlannedLine[] => city.lines.filter((l) => l.stops.includes(stop))

const stopMark = (city: City, stop: Stop): Html =>
  html`<circle
    class="${served(city, stop).length > 1 ? 'hub' : 'stop'}"
    cx="${stop.x}"
    cy="${stop.y}"
    r="${served(city, stop).length > 1 ? 0.42 : 0.24}"
  />`

const stopName = ({ stop, x, y, anchor }: Label): Html => html`<text x="${x}" y="${y}" text-anchor="${anchor}">${stop.name}</text>`

function endBadge(line: PlannedLine, stop: Stop): Html {
  const width = 0.85 + 0.5 * line.name.length
  const radius = line.vehicle === 'tram' ? 0.1 : line.vehicle === 'bus' ? 0.3 : 0.7
  return html`<g class="end ${lineClass(line)}" aria-hidden="true">
    <rect x="${stop.x - width / 2}" y="${stop.y - 0.7}" width="${width}" height="1.4" rx="${radius}" />
    <text x="${stop.x}" y="${stop.y + 0.36}" text-anchor="middle">${line.name}</text>
  </g>`
}

/** Placed by attributes, so that it stands where it should without a script. */
function vehicle(city: City, v: VehiclesView['vehicles'][number]): Html {
  const line = city.lines.find((l) => l.id === v.line)
  return html`<circle
    class="vehicle ${line ? lineClass(line) : ''} ${v.late >= 5 && 'late'}"
    data-id="${v.id}"
    cx="0"
    cy="0"
    r="0.4"
    transform="translate(${v.x} ${v.y})"
  />`
}
