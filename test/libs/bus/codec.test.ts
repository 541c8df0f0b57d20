import * as fc from 'fast-check'
import { type Topic, dispatches, disruptions, observations } from '#bus/topics'
import { anyDispatch, anyDisruption, anyObservation } from './arbitraries'

/** A field of a later release: number 1900, a text. */
const laterField = Buffer.from([0xe2, 0x76, 0x03, 0x6e, 0x65, 0x77])

const cases = [
  { what: 'a disruption', ...lawsOf(disruptions, anyDisruption) },
  { what: 'an observation', ...lawsOf(observations, anyObservation) },
  { what: 'a dispatch', ...lawsOf(dispatches('TELEGRAM'), anyDispatch) },
]

describe.each(cases)('the codec of $what', ({ roundTrip, laterRelease, cut }) => {
  it('gives back what was put in', roundTrip)
  it('is not harmed by a field of a later release', laterRelease)
  it('throws for bytes that are cut', cut)
})

function lawsOf<T>({ codec }: Topic<T>, any: fc.Arbitrary<T>) {
  const holds = (law: (value: T) => void) => fc.assert(fc.property(any, law), { seed: 1, numRuns: 100 })
  return {
    roundTrip: () => holds((value) => expect(codec.decode(codec.encode(value))).toEqual(value)),
    laterRelease: () => holds((value) => expect(codec.decode(Buffer.concat([codec.encode(value), laterField]))).toEqual(value)),
    cut: () =>
      holds((value) => {
        const bytes = codec.encode(value)
        if (bytes.length > 0) expect(() => codec.decode(bytes.subarray(0, -1))).toThrow(expect.anything())
      }),
  }
}
