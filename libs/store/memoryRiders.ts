import type { RiderPut, Riders, StoredRider } from './ports'
import { addressKey } from './addressKey'

interface MemoryOperator {
  /** Erased riders stay, without a record. */
  readonly byId: Map<string, { readonly position: bigint; readonly put: RiderPut | undefined }>
  readonly byNumber: Map<number, string>
  readonly byHash: Map<string, string>
  next: number
}

export function memoryRiders(): Riders {
  const operators = new Map<string, MemoryOperator>()
  const of = (operator: string): MemoryOperator => {
    const found = operators.get(operator) ?? { byId: new Map(), byNumber: new Map(), byHash: new Map(), next: 1 }
    operators.set(operator, found)
    return found
  }
  return {
    allocate: async (operator) => of(operator).next++,
    reserve: async (operator, upTo) => {
      of(operator).next = Math.max(of(operator).next, upTo + 1)
    },
    put: async (operator, rider) => apply(of(operator), rider.id, rider.position, copied(rider)),
    erase: async (operator, id, position) => apply(of(operator), id, position, undefined),
    getMany: async (operator, numbers) => numbers.map((number) => stored(of(operator), of(operator).byNumber.get(number))),
    byId: async (operator, id) => stored(of(operator), id),
    byAddress: async (operator, hash) => stored(of(operator), of(operator).byHash.get(addressKey(hash))),
    size: async (operator) => of(operator).byNumber.size,
  }
}

/**
 * The newer position wins. The same position again is the same record of the topic, applied already: it changes nothing, so that it cannot
 * take back an address that another rider has got since.
 */
function apply(operator: MemoryOperator, id: string, position: bigint, put: RiderPut | undefined): boolean {
  const before = operator.byId.get(id)
  if (before && position <= before.position) return position === before.position
  if (before?.put) forget(operator, before.put)
  operator.byId.set(id, { position, put })
  if (!put) return true
  operator.byNumber.set(put.number, id)
  for (const hash of put.hashes) operator.byHash.set(hash, id)
  return true
}

function forget(operator: MemoryOperator, put: RiderPut): void {
  operator.byNumber.delete(put.number)
  for (const hash of put.hashes) if (operator.byHash.get(hash) === put.id) operator.byHash.delete(hash)
}

function stored(operator: MemoryOperator, id: string | undefined): StoredRider | undefined {
  const put = id === undefined ? undefined : operator.byId.get(id)?.put
  return put && { number: put.number, position: put.position, record: Buffer.from(put.record) }
}

const copied = (rider: RiderPut): RiderPut => ({ ...rider, record: Buffer.from(rider.record), hashes: rider.hashes.map(addressKey) })
