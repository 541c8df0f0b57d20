import { transit_realtime as rt } from 'gtfs-realtime-bindings'
import type { PlannedLine } from '../plan/plan'
import { type Bilingual, type Incident, type OperatorAlert, isActive } from '../story/incident'
import { worksAlert } from '../story/operatorAlerts'
import { dayAt, dayPlus, dayStart } from '../timetable/serviceDays'
import type { World } from '../world/world'

/** The operator's own alerts: those of the story, and works in Lindenau that are always going on. */
export function alerts(world: World): rt.IFeedEntity[] {
  const told = world.incidents.filter((i) => i.alert && isActive(i, world.at)).map(incidentEntity)
  return [...told, ...worksEntity(world)]
}

const incidentEntity = (incident: Incident): rt.IFeedEntity => ({
  id: incident.id,
  alert: incident.alert && alertOf(incident.alert, incident.lines, [{ start: Math.floor(incident.start) }]),
})

/** From Monday of this week for two weeks: an end that stays the same for days, and never comes. */
function worksEntity({ city, at }: World): rt.IFeedEntity[] {
  const line = city.lines.find((l) => l.stops.some((s) => s.name === worksAlert.stop) && l.vehicle === 'bus')
  if (!line) return []
  const today = dayAt(at)
  const monday = dayPlus(today, -((new Date(`${today}T12:00:00Z`).getUTCDay() + 6) % 7))
  const period = { start: dayStart(monday), end: dayStart(dayPlus(monday, 14)) }
  return [{ id: `works-${monday}`, alert: alertOf(worksAlert, [line], [period]) }]
}

function alertOf(alert: OperatorAlert, lines: readonly PlannedLine[], activePeriod: rt.ITimeRange[]): rt.IAlert {
  return {
    activePeriod,
    informedEntity: lines.map((line) => ({ routeId: line.id, stopId: line.stops.find((s) => s.name === alert.stop)?.id })),
    cause: rt.Alert.Cause[alert.cause],
    effect: rt.Alert.Effect[alert.effect],
    severityLevel: rt.Alert.SeverityLevel[alert.severity],
    headerText: translated(alert.header),
    descriptionText: translated(alert.description),
  }
}

const translated = ({ de, en }: Bilingual): rt.ITranslatedString => ({
  translation: [
    { text: de, language: 'de' },
    { text: en, language: 'en' },
  ],
})
