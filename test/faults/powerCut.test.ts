import { resolve } from 'node:path'
import { seededRandom } from '#service/randoms'
import { powerCuts, straceMissing } from './powerCut'

const missing = straceMissing()
if (missing !== undefined) console.warn(`power cuts: skipped. ${missing}`)
const suite = missing === undefined ? describe : describe.skip
const root = resolve(__dirname, '../..')

suite('the power goes under the embedded store', () => {
  test('no acknowledged write is lost with synchronous = FULL', () => {
    expect(powerCuts(root, 'FULL', 100, 20, seededRandom('power'))).toMatchObject({ images: 20, lost: 0, unreadable: 0 })
  }, 60_000)

  test('the negative control: with synchronous = NORMAL some are, which kill -9 never shows', () => {
    const { acked, lost } = powerCuts(root, 'NORMAL', 100, 20, seededRandom('power'))
    expect(acked).toBeGreaterThan(0)
    expect(lost).toBeGreaterThan(0)
  }, 60_000)
})
