import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultRow } from '../fault'
import type { Run } from '../run'
import type { Stage } from '../system'

const stages: readonly Stage[] = ['ingest', 'detect', 'match', 'send', 'gateway']
const shares = [0.1, 0.3, 0.5]

/** Of several, each in turn: only one of them owns what is being sent. */
const kill = (stage: Stage) => async (run: Run) => {
  for (const [i, share] of shares.entries()) {
    await run.untilShareOfAny(share)
    if (stage === 'send' || run.mode === 'embedded') run.allowKill()
    await inTurn(run, stage, i)?.kill()
  }
}

const inTurn = (run: Run, stage: Stage, turn: number) => run.system.of(stage)[turn % run.system.of(stage).length]

/** A kill somewhere every second: of the one process, or of a sender or matcher. */
const randomKills = (kills: number) => async (run: Run) => {
  const victims = (['send', 'match', 'detect'] as const).flatMap((stage) => run.system.of(stage))
  for (let i = 0; i < kills; i++) {
    await sleep(300 + Math.random() * 1200)
    const victim = victims[Math.floor(Math.random() * victims.length)]
    if (run.mode === 'embedded' || victim?.name.startsWith('send')) run.allowKill()
    await victim?.kill()
    await victim?.ready()
  }
}

const restartAll = async (run: Run) => {
  await run.untilShareOfAny(0.2)
  for (const process of run.system.all()) await process.restart()
}

const freeze = (stage: Stage, ms: number) => async (run: Run) => {
  await run.untilShareOfAny(0.1)
  for (const process of run.system.of(stage)) {
    run.allowKill()
    await process.freeze(ms)
  }
}

/** Slow enough for a fan-out to outlive what happens to it. */
const ofTwo = { replicas: 2, perSecond: 300 } as const

export const processFaults: readonly FaultRow[] = [
  { id: 'kill', modes: ['embedded'], inject: kill('send') },
  ...stages.map((stage): FaultRow => ({ id: `kill-${stage}`, modes: ['kafka+redis'], inject: kill(stage) })),
  { id: 'kill-send-of-2', modes: ['kafka+redis'], given: ofTwo, inject: kill('send') },
  { id: 'kill-match-of-2', modes: ['kafka+redis'], given: ofTwo, inject: kill('match') },
  { id: 'random-kills', modes: ['embedded', 'kafka+redis'], inject: randomKills(10), long: true, withinSeconds: 900 },
  { id: 'freeze-send', modes: ['kafka+redis'], given: ofTwo, inject: freeze('send', 15_000) },
  { id: 'freeze', modes: ['embedded'], inject: freeze('send', 5_000) },
  { id: 'rolling-restart', modes: ['embedded', 'kafka+redis'], inject: restartAll },
]
