import type { Admin, Kafka } from 'kafkajs'
import type { KafkaEvent } from '#bus/kafka/events'
import { Reader } from '#bus/kafka/reader'
import { timingOf } from '#bus/kafka/settings'
import { VirtualClock } from '#service/virtualClock'
import { until } from '../until'

type Listener = (event: { payload: unknown }) => void

/** A client whose events the test decides: a real one forgets to join anew only in some rolling restarts. */
function rig() {
  const clients: { emit: (name: string, payload?: unknown) => void; isGone: boolean }[] = []
  const consumer = () => {
    const listeners = new Map<string, Listener>()
    const client = { isGone: false, emit: (name: string, payload: unknown = {}) => listeners.get(name)?.({ payload }) }
    clients.push(client)
    const names = ['GROUP_JOIN', 'HEARTBEAT', 'REBALANCING', 'COMMIT_OFFSETS', 'CRASH']
    return {
      events: Object.fromEntries(names.map((name) => [name, name])),
      on: (name: string, listener: Listener) => void listeners.set(name, listener),
      connect: async () => {},
      subscribe: async () => {},
      run: async () => client.emit('GROUP_JOIN', { memberAssignment: { receipts: [0, 1] } }),
      disconnect: async () => void (client.isGone = true),
    }
  }
  const clock = new VirtualClock()
  const events: KafkaEvent[] = []
  const owned: string[] = []
  const kafka = { consumer } as unknown as Kafka
  const ports = { kafka, admin: {} as Admin, clock, report: (event: KafkaEvent) => void events.push(event), timing: timingOf(10_000) }
  const names = { topic: 'receipts', group: 'g.receipts' }
  const owns = (partitions: readonly number[]) => void owned.push(partitions.join())
  const reader = new Reader(ports, { topic: 'receipts', group: 'g', names, handle: async () => {}, owns })
  return { clients, clock, events, owned, reader }
}

describe('a member of a group', () => {
  it('joins with a new client when the old one has forgotten that it must join anew, and the group is content', async () => {
    const { clients, clock, events, owned, reader } = rig()
    const started = clock.now()
    await reader.start()
    clients[0]?.emit('REBALANCING')
    clients[0]?.emit('HEARTBEAT')
    await until(
      () => clients.length === 2,
      () => clock.advance(100),
    )
    // Long before the silence of the next test would be too long.
    expect(clock.now() - started).toBeLessThan(10_000)
    expect(clients[0]?.isGone).toBe(true)
    await until(() => owned.length === 3)
    expect(owned).toEqual(['0,1', '', '0,1'])
    expect(events).toEqual([expect.objectContaining({ kind: 'crash', rebuilt: true })])
    await reader.stop()
    expect(owned.at(-1)).toBe('')
  })

  it('joins with a new client when the group has been silent for five sessions, and not after a rebalance as usual', async () => {
    const { clients, clock, reader } = rig()
    await reader.start()
    clients[0]?.emit('REBALANCING')
    clients[0]?.emit('GROUP_JOIN', { memberAssignment: { receipts: [1] } })
    clients[0]?.emit('HEARTBEAT')
    await clock.advance(49_000)
    expect(clients).toHaveLength(1)
    await clock.advance(1000)
    await until(
      () => clients.length === 2,
      () => clock.advance(100),
    )
    expect(reader.owned()).toEqual([0, 1])
    await reader.stop()
  })
})
