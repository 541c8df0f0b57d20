import type { Riders, StoredRider } from '../ports'
import type { Keys } from './keys'
import type { Link } from './link'
import { redisNumbers } from './redisNumbers'
import { bytesOf, listOf, numberOf } from './replies'
import { addressAs16, positionAs8, riderValue, storedRider } from './riderBytes'
import { ridersPerBucket } from './ridersLua'

export function redisRiders(link: Link, keys: Keys): Riders {
  const apply = async (operator: string, id: string, position: bigint, number: string, value: Buffer) => {
    const { meta, tables } = keysOf(keys, operator)
    return (await link.call('applyRider', [meta], ...tables, id, positionAs8(position), number, value)) === 1
  }
  const find = async (name: 'riderById' | 'riderByAddress', operator: string, by: string | Buffer) => {
    const { meta, tables } = keysOf(keys, operator)
    const [number, value] = listOf(await link.call(name, [meta], ...tables, by))
    return value && storedRider(numberOf(number), value)
  }
  return {
    ...redisNumbers(link, keys),
    put: async (operator, rider) => apply(operator, rider.id, rider.position, String(rider.number), riderValue(rider)),
    erase: (operator, id, position) => apply(operator, id, position, '', Buffer.alloc(0)),
    getMany: async (operator, numbers) => {
      const found = await readMany(link, keys, operator, numbers)
      return numbers.map((number) => found.get(number))
    },
    byId: (operator, id) => find('riderById', operator, id),
    byAddress: async (operator, hash) => find('riderByAddress', operator, addressAs16(hash)),
    size: async (operator) => {
      const { meta } = keys.riders(operator)
      return numberOf(await link.command(meta, 'HGET', meta, 'size'))
    },
  }
}

function keysOf(keys: Keys, operator: string) {
  const { meta, record, id, address } = keys.riders(operator)
  return { meta, tables: [record(''), id(''), address('')] as const }
}

/** One HMGET a bucket, all sent at once. */
async function readMany(link: Link, keys: Keys, operator: string, numbers: readonly number[]): Promise<Map<number, StoredRider>> {
  const { record } = keys.riders(operator)
  const buckets = Map.groupBy(new Set(numbers), (number) => Math.floor(number / ridersPerBucket))
  const read = await Promise.all(
    [...buckets].map(async ([bucket, wanted]) => {
      const values = listOf(await link.command(record(bucket), 'HMGET', record(bucket), ...wanted.map(String)))
      return wanted.flatMap((number, i): [number, StoredRider][] => {
        const value = bytesOf(values[i])
        return value ? [[number, storedRider(number, value)]] : []
      })
    }),
  )
  return new Map(read.flat())
}
