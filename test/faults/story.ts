import { setTimeout as sleep } from 'node:timers/promises'
import { summary } from '../laws/check'
import type { FaultRow, ResultRow } from './fault'
import type { Ground } from './ground'
import { Run } from './run'

const usuallyWithin = 300
let runs = 0

/**
 * One run of a fault: both operators issue a notice, things go wrong while it is told, the notice is changed when half have heard of it,
 * everything comes to rest, the all-clear is given, everything comes to rest again, all processes end, and the laws are judged.
 */
export async function runFault(ground: Ground, fault: FaultRow): Promise<ResultRow> {
  const system = await ground.begin(fault.given ?? {})
  ground.provider.reset()
  return judged(new Run(ground, system, ++runs), fault, (run, within) => tell(run, fault, within))
}

/** Starts the processes, lets the story happen, stops them, and judges. Whatever happens, nothing stays behind. */
export async function judged(run: Run, fault: FaultRow, story: (run: Run, withinMs: number) => Promise<void>): Promise<ResultRow> {
  const { ground, system } = run
  const broken: string[] = []
  let verdict: Awaited<ReturnType<Run['verdict']>> | undefined
  try {
    await fault.before?.(run)
    await system.start(fault.armed, fault.lasting?.(system.home))
    const within = (fault.withinSeconds ?? usuallyWithin) * 1000
    await limited(within, story(run, within), broken)
    await limited(60_000, run.readCounters(), broken)
    const codes = await system.stop()
    for (const [name, code] of Object.entries(codes))
      if (code !== 0) broken.push(`L10: ${name} ended with ${code} when it was told to stop`)
    verdict = await run.verdict()
    broken.push(...verdict.violations.length > 0 ? summary(verdict.violations).split('\n') : [], ...run.findings, ...(fault.invariants?.(run) ?? [])) // prettier-ignore
  } catch (error) {
    broken.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
  } finally {
    system.destroy()
  }
  const { lost = -1, duplicates = -1, orderViolations = -1, afterExpiry = -1 } = verdict ?? {}
  const bound = run.bound + ground.provider.cuts
  const pause = run.longestPauseMs()
  for (const note of run.notes) process.stderr.write(`  ${fault.id}: ${note}\n`)
  return {
    fault: fault.id,
    mode: ground.mode,
    runs: 1,
    lost,
    duplicates,
    bound,
    orderViolations,
    afterExpiry,
    longestPauseMs: pause,
    broken,
  }
}

async function tell(run: Run, fault: FaultRow, withinMs: number): Promise<void> {
  if (fault.endsAfter !== undefined) run.until = Math.floor(Date.now() / 1000) + fault.endsAfter
  await run.issue()
  await Promise.all([fault.inject?.(run), isWhole(fault) ? changeHalfway(run, withinMs) : undefined])
  if (!(await run.settled(withinMs, fault.givenUpAfterMs)))
    throw new Error(`it did not come to rest within ${withinMs / 1000} s: ${Math.round(run.share() * 100)} % told`)
  if (!isWhole(fault)) return
  await run.clear()
  if (!(await run.settled(withinMs))) throw new Error(`the all-clear did not come to rest: ${Math.round(run.share() * 100)} % told`)
}

/** What has a declared end needs no all-clear. */
const isWhole = (fault: FaultRow): boolean => fault.endsAfter === undefined && !fault.alertOnly

async function changeHalfway(run: Run, withinMs: number): Promise<void> {
  await run.untilShare(0.5, withinMs)
  await run.update()
}

/** Says what failed, and goes on: the laws are judged all the same. */
async function limited(withinMs: number, work: Promise<void>, broken: string[]): Promise<void> {
  const over = sleep(withinMs, undefined, { ref: false }).then(() => {
    throw new Error(`not done within ${withinMs / 1000} s`)
  })
  await Promise.race([work, over]).catch((error: unknown) => void broken.push(error instanceof Error ? error.message : String(error)))
}
