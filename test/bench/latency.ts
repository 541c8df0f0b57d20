import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nowMs } from './latency/clock'
import { message } from './latency/message'
import type { FromNaive, NaiveMarks } from './latency/naive'
import type { FromPeer, Side, ToPeer } from './latency/peer'
import { measuredLines, ridersOfLine } from './latency/plan'
import { type Round, type Times, rowsOf } from './latency/rows'
import { type System, startSystem } from './latency/system'
import { Watch } from './latency/watch'
import { loadNow } from './load'
import { progress } from './progress'
import type { BenchRow } from './row'

const warmUps = 15
const rounds = 60
/** Seconds of feed time between two snapshots; the feed's time runs behind the clock, never before it. */
const feedStep = 4
const feedLag = 2100
const snapshotsToClose = 3

/** From the bytes of the confirming snapshot to the requests at the messenger: 2,000 trips, 100,000 riders of whom 100 ride the line. */
export async function bench(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'linienfunk-bench-'))
  const scene = await Scene.open(folder)
  try {
    return rowsOf(await scene.play(), loadNow())
  } finally {
    await scene.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Our stages in this process, the outside world and the baseline in processes of their own. */
class Scene {
  private n = 0

  private constructor(
    private readonly peer: ChildProcess,
    private readonly naive: ChildProcess,
    private readonly system: System,
    private readonly watch: Watch,
    private readonly base: number,
  ) {}

  static async open(folder: string): Promise<Scene> {
    const base = Math.floor(Date.now() / 1000) - feedLag
    const peer = fork(join(__dirname, 'latency/peer.js'), [`${base}`])
    const { port } = await message<Listening>(peer, 'listening')
    const naive = fork(join(__dirname, 'latency/naive.js'), [join(folder, 'naive.db'), `http://127.0.0.1:${port}`])
    await message<Ready>(naive, 'ready')
    progress('latency: subscribing 100,000 riders')
    const watch = new Watch()
    const began = nowMs()
    const system = await startSystem(folder, port, watch)
    progress(`latency: subscribed in ${Math.round((nowMs() - began) / 1000)} s`)
    return new Scene(peer, naive, system, watch, base)
  }

  async play(): Promise<Round[]> {
    for (let i = 0; i < 3; i++) await this.onTime()
    const measured: Round[] = []
    for (let round = -warmUps; round < rounds; round++) {
      const one = await this.round((round + warmUps) % measuredLines)
      if (round >= 0) measured.push(one)
      if (round % 15 === 0) progress(`latency: round ${round} of ${rounds}, load ${loadNow()}`)
    }
    return measured
  }

  async close(): Promise<void> {
    await this.system.close()
    // The baseline first: without the host its poll would fail.
    for (const child of [this.naive, this.peer]) {
      child.disconnect()
      if (child.exitCode === null) await once(child, 'exit')
    }
  }

  /** The line becomes late, is late still (measured), and recovers: everyone is told and gets the all-clear. */
  private async round(line: number): Promise<Round> {
    await this.shown('ours', line)
    await this.shown('naive', line)
    this.n++
    const round = { ours: await this.oursConfirmed(line), naive: await this.naiveConfirmed(line) }
    this.n++
    const cleared = this.arrived('ours')
    for (let i = 0; i < snapshotsToClose; i++) await this.onTime()
    await cleared
    await this.watch.quiet()
    return round
  }

  private async oursConfirmed(line: number): Promise<Times> {
    const all = this.arrived('ours')
    this.watch.begin()
    await this.give('ours', line)
    const { first, last } = await all
    await this.watch.quiet()
    const body = this.watch.at('body')
    const after = (mark: string) => this.watch.at(mark) - body
    return {
      observationsWritten: after('observations writes'),
      observations: after('observations durable'),
      disruptionWritten: after('disruptions writes'),
      disruption: after('disruptions durable'),
      cohortWritten: after('cohort writes'),
      dispatch: after('dispatch.telegram durable'),
      claims: after('slots durable'),
      first: first - body,
      last: last - body,
    }
  }

  private async naiveConfirmed(line: number): Promise<Times> {
    const all = this.arrived('naive')
    const taken = message<Taken>(this.naive, 'taken')
    await this.give('naive', line)
    const [{ first, last }, { marks }] = await Promise.all([all, taken])
    const { body, decoded, compared, selected } = marks as NaiveMarks
    return { decoded: decoded - body, compared: compared - body, selected: selected - body, first: first - body, last: last - body }
  }

  private async onTime(): Promise<void> {
    await this.shown('ours', undefined)
    await this.shown('naive', undefined)
    this.n++
  }

  /** Resolves when the snapshot has been taken wholly. */
  private async shown(side: Side, late: number | undefined): Promise<void> {
    const taken = side === 'naive' ? message<Taken>(this.naive, 'taken') : this.watch.next('observations durable')
    await this.give(side, late)
    await taken
    await this.watch.quiet()
  }

  private give(side: Side, late: number | undefined): Promise<Answered> {
    const answered = message<Answered>(this.peer, 'answered', side)
    this.tell({ kind: 'snapshot', side, n: this.n, feedTime: this.base + this.n * feedStep, late })
    return answered
  }

  private arrived(side: Side): Promise<Arrived> {
    const arrived = message<Arrived>(this.peer, 'arrived', side)
    this.tell({ kind: 'expect', side, count: ridersOfLine })
    return arrived
  }

  private tell(what: ToPeer): void {
    this.peer.send(what)
  }
}

type Answered = Extract<FromPeer, { kind: 'answered' }>
type Arrived = Extract<FromPeer, { kind: 'arrived' }>
type Listening = Extract<FromPeer, { kind: 'listening' }>
type Ready = Extract<FromNaive, { kind: 'ready' }>
type Taken = Extract<FromNaive, { kind: 'taken' }>
