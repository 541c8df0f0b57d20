import { z } from 'zod'
import { causes, disruptionStates, effects, severities } from '#domain/disruption'
import { modes } from '#domain/line'
import { languages } from '#domain/operator'

/** Shapes of the public answers, for the API's description. */
const texts = z.record(z.enum(languages), z.string())

export const operatorList = z.array(
  z.object({ id: z.string(), name: z.string(), languages: z.array(z.enum(languages)), timezone: z.string() }),
)

const disruption = z.object({
  id: z.string(),
  headline: texts,
  severity: z.enum(severities),
  state: z.enum(disruptionStates),
  openedAt: z.int().meta({ description: 'Epoch seconds' }),
})

export const publicLineList = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    mode: z.enum(modes),
    color: z.string(),
    textColor: z.string(),
    towards: z.array(z.string()).meta({ description: 'Termini' }),
    status: z.enum(['GOOD', 'MINOR', 'MAJOR', 'UNKNOWN']),
    disruptions: z.array(disruption),
  }),
)

export const publicDisruptionList = z.array(
  disruption.extend({
    effect: z.enum(effects),
    cause: z.enum(causes),
    revision: z.int(),
    until: z.int(),
    lines: z.array(z.string()),
    topics: z.array(z.string()),
    text: texts,
  }),
)

export const wholeLine = z.object({
  operator: z.string(),
  id: z.string(),
  name: z.string(),
  mode: z.enum(modes),
  color: z.string(),
  textColor: z.string(),
  routes: z.array(z.string()).meta({ description: 'GTFS route ids' }),
  stops: z.array(z.object({ id: z.string().meta({ description: 'GTFS stop_id' }), name: z.string(), lat: z.number(), lon: z.number() })),
  directions: z.array(
    z.object({
      id: z.int().meta({ description: 'GTFS direction_id' }),
      towards: z.string(),
      order: z.array(z.int()).meta({ description: 'Indexes into stops, in riding order' }),
    }),
  ),
  neighbours: z.array(z.object({ line: z.string(), stop: z.string().meta({ description: 'Name of the shared stop' }) })),
  hours: z
    .int()
    .meta({ description: 'Hours of the day in which trips run on some day: bit 0 is 0:00–0:59, bit 23 is 23:00–23:59; 0 = unknown' }),
  timetable: z.string().meta({ description: 'Version of the timetable' }),
})
