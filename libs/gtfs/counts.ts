import type { Counts } from './snapshot'

/** Counts while a snapshot is taken. */
export class Tally {
  private readonly rejects: Record<string, number> = {}
  private readonly warnings: Record<string, number> = {}
  private warned = new Set<string>()
  readonly numbers = {
    entities: 0,
    trips: 0,
    joined: 0,
    unjoined: 0,
    rejected: 0,
    vehicles: 0,
    vehiclesOnTrips: 0,
    vehiclesJoined: 0,
    alerts: 0,
    changed: 0,
    gone: 0,
  }

  readonly reject = (reason: string): void => {
    this.rejects[reason] = (this.rejects[reason] ?? 0) + 1
  }

  /** A trip's defects count once each: call `nextTrip` between trips. */
  readonly warn = (reason: string): void => {
    if (this.warned.has(reason)) return
    this.warned.add(reason)
    this.warnings[reason] = (this.warnings[reason] ?? 0) + 1
  }

  /** A defect of the snapshot as a whole. */
  readonly defects = (reason: string, count: number): void => {
    if (count > 0) this.warnings[reason] = (this.warnings[reason] ?? 0) + count
  }

  nextTrip(): void {
    if (this.warned.size > 0) this.warned = new Set()
  }

  done(): Counts {
    return { ...this.numbers, rejects: this.rejects, warnings: this.warnings }
  }
}
