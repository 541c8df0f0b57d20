import { type Bilingual, type Incident, isActive } from '../story/incident'
import { happening } from '../story/sentences'
import { nextTurn } from '../story/turns'
import { positionOf } from './position'
import type { World } from './world'

/** For the map of the demo page; x and y are units of the map. */
export interface VehiclesView {
  /** Epoch seconds. */
  readonly at: number
  readonly vehicles: readonly {
    readonly id: string
    /** GTFS route_id. */
    readonly line: string
    readonly x: number
    readonly y: number
    /** Predicted minutes late. */
    readonly late: number
  }[]
  readonly story: StoryView
}

export interface StoryView {
  readonly now: readonly { readonly operator: string; readonly line: string; readonly text: Bilingual }[]
  /** Something ended a moment ago. */
  readonly justOver: boolean
  /** Something begins, gets worse or ends. */
  readonly next: { readonly operator: string; readonly inSeconds: number; readonly text: Bilingual }
}

export function vehiclesView(world: World, recent: readonly Incident[], next: Incident): VehiclesView {
  const running = world.trips.filter((t) => t.state === 'running')
  const active = recent.filter((i) => isActive(i, world.at))
  const turn = nextTurn(active, next, world.at)
  return {
    at: Math.floor(world.at),
    vehicles: running.map((t) => {
      const { x, y } = positionOf(t)
      const id = `${t.trip.vehicle}-${t.trip.direction}`
      return { id, line: t.trip.line.id, x: rounded(x), y: rounded(y), late: Math.max(0, Math.floor(t.delay / 60)) }
    }),
    story: {
      now: active.map((i) => ({ operator: i.operator, line: i.lines[0]?.id ?? '', text: happening(i) })),
      justOver: recent.some((i) => i.end <= world.at),
      next: { operator: turn.operator, inSeconds: Math.ceil(turn.at - world.at), text: turn.text },
    },
  }
}

const rounded = (n: number): number => Math.round(n * 100) / 100
