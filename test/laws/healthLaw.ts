import type { Violation } from './check'
import type { HealthObservation, History } from './history'

/** L10: a process answers throughout, or it exits with a code that is not 0, so that whoever watches it starts it again. */
export function healthLaw({ health }: History): Violation[] {
  const unasked = health.filter((h) => !h.asked)
  const byProcess = Map.groupBy(unasked, (h) => h.process)
  return [...byProcess].flatMap(([process, own]) => judge(process, own))
}

function judge(process: string, own: readonly HealthObservation[]): Violation[] {
  const left = own.filter((h) => typeof h.saw === 'object' && h.saw.exit === 0)
  const silent = own.filter((h) => h.saw === 'silent')
  return [
    ...left.map((): Violation => ({ law: 'L10', detail: `${process} ended with code 0, and nobody had asked it to` })),
    ...(silent.length > 0 ? [{ law: 'L10' as const, detail: `${process} did not answer ${silent.length} of ${own.length} times` }] : []),
  ]
}
