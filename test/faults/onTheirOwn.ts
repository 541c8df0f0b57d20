import { seededRandom } from '#service/randoms'
import { embeddedGround } from './embedded'
import type { ResultRow } from './fault'
import { type PowerCuts, powerCuts, straceMissing } from './powerCut'
import type { Provider } from './provider'
import { textOf } from './results'
import { plantedBugs } from './rows/planted'
import { runFault } from './story'
import { peopleOf } from './town'
import { runUpgrade } from './upgrade'

interface Options {
  readonly only?: string
  readonly mode?: string
  readonly long: boolean
  readonly soak?: string
  readonly json: boolean
}

/** Rows that need no town: the power goes, a build is upgraded, and the negative controls, which must fail. */
export const ownNames: readonly string[] = ['power-cut', 'control-synchronous-normal', 'upgrade', ...plantedBugs.map((bug) => bug.id)]

const usualImages = 50
const longImages = 500

/** Runs those of them that were asked for. A control that does not fail is a broken row. */
export async function onTheirOwn(
  root: string,
  options: Options,
  provider: Provider,
  progress: (text: string) => void,
): Promise<ResultRow[]> {
  const wants = (id: string) => (options.only === undefined ? options.soak === undefined : options.only.split(',').includes(id))
  const results: ResultRow[] = []
  const add = (row: ResultRow) => {
    results.push(row)
    progress(textOf(row))
    if (options.json) process.stdout.write(`${JSON.stringify(row)}\n`)
  }
  if (options.mode === 'kafka+redis') return []
  const images = options.long ? longImages : usualImages
  const missing = straceMissing()
  if (missing !== undefined) progress(`power-cut: skipped. ${missing}`)
  else {
    if (wants('power-cut')) add(powerRow('power-cut', powerCuts(root, 'FULL', 300, images, seededRandom('power'))))
    if (wants('control-synchronous-normal')) add(control(powerRow('control-synchronous-normal', powerCuts(root, 'NORMAL', 300, images, seededRandom('power'))), 'L1')) // prettier-ignore
  }
  if (wants('upgrade')) add(await runUpgrade(root, provider))
  const bugs = plantedBugs.filter((bug) => wants(bug.id))
  if (bugs.length === 0) return results
  const ground = await embeddedGround(root, peopleOf(400, ['TELEGRAM']), provider)
  try {
    for (const bug of bugs) add(control(await runFault(ground, bug), bug.seenAs))
  } finally {
    await ground.close()
  }
  return results
}

function powerRow(fault: string, { images, acked, lost, unreadable }: PowerCuts): ResultRow {
  const broken = lost + unreadable === 0 ? [] : [`L1 × ${lost}: of ${acked} acknowledged writes; ${unreadable} images were unreadable`]
  return {
    fault,
    mode: 'embedded',
    runs: images,
    lost,
    duplicates: 0,
    bound: 0,
    orderViolations: 0,
    afterExpiry: 0,
    longestPauseMs: 0,
    broken,
  }
}

/** A negative control has to break its law. */
function control(row: ResultRow, law: string): ResultRow {
  const isSeen = row.broken.some((b) => b.startsWith(`${law} ×`))
  return { ...row, broken: isSeen ? [] : [`the checker did not see ${law} broken: ${row.broken.join('; ')}`] }
}
