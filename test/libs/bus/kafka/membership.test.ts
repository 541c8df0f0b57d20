import { Membership } from '#bus/kafka/membership'
import { VirtualClock } from '#service/virtualClock'

const sessionMs = 10_000

describe('what a member may believe to own', () => {
  let clock: VirtualClock
  let told: (readonly number[])[]
  let membership: Membership
  let lost: number
  beforeEach(() => {
    clock = new VirtualClock()
    told = []
    lost = 0
    membership = new Membership(
      clock,
      (partitions) => void told.push(partitions),
      sessionMs,
      () => void lost++,
    )
  })

  it('is not told of a rebalance that changes nothing, and told of one that does, in order of the numbers', () => {
    membership.joined([2, 0, 1])
    membership.joined([0, 1, 2])
    membership.joined([2, 1])
    expect(told).toEqual([
      [0, 1, 2],
      [1, 2],
    ])
  })

  it('ends when the group has not answered for a session, and comes back with the next answer', async () => {
    membership.joined([0, 1])
    await clock.advance(sessionMs - 1)
    membership.heard()
    await clock.advance(sessionMs - 1)
    expect(told).toEqual([[0, 1]])
    await clock.advance(1)
    expect(told.at(-1)).toEqual([])
    membership.heard()
    expect(told.at(-1)).toEqual([0, 1])
  })

  it('ends with a crash, and an answer that was under way does not bring it back', () => {
    membership.joined([0])
    membership.out()
    membership.heard()
    expect(told).toEqual([[0], []])
  })

  it('is lost when the group does not answer for long, also after a crash, and not while it does', async () => {
    membership.joined([0])
    for (let i = 0; i < 20; i++) await clock.advance(sessionMs / 2).then(() => membership.heard())
    expect(lost).toBe(0)
    await clock.advance(5 * sessionMs)
    expect(lost).toBe(1)
    membership.out()
    await clock.advance(5 * sessionMs)
    expect(lost).toBe(2)
  })

  it('is silent after its end', async () => {
    membership.joined([0])
    membership.end()
    membership.joined([1])
    membership.heard()
    await clock.advance(9 * sessionMs)
    expect(told).toEqual([[0], []])
    expect(lost).toBe(0)
  })
})
