import type { Database, Row, Statement } from '#sqlite/database'
import type { RiderPut, Riders, StoredRider } from './ports'
import { addressKey } from './addressKey'
import { operatorNumbers } from './operatorNumbers'
import { riderNumbers } from './riderNumbers'
import { bytesIn, statement } from './rows'

export function embeddedRiders(db: Database): Riders {
  const operators = operatorNumbers(db)
  const find = (operator: string, sql: string, value: string | Uint8Array): StoredRider | undefined => {
    const [row] = db.read(sql, operators.find(operator) ?? null, value)
    return row && stored(row)
  }
  return {
    ...riderNumbers(db),
    put: async (operator, rider) => {
      const keys = rider.hashes.map(addressKey)
      return apply(db, await operators.ensure(operator), rider, keys)
    },
    erase: async (operator, id, position) => apply(db, await operators.ensure(operator), { id, position }, []),
    getMany: async (operator, numbers) => {
      const rows = db.read(manySql, JSON.stringify(numbers), operators.find(operator) ?? null)
      const found = new Map(rows.map((row) => [Number(row.number), stored(row)]))
      return numbers.map((number) => found.get(number))
    },
    byId: async (operator, id) => find(operator, `${riderSql} WHERE operator = ? AND id = ? AND record IS NOT NULL`, id),
    byAddress: async (operator, hash) => find(operator, addressSql, Buffer.from(addressKey(hash), 'hex')),
    size: async (operator) => Number(db.read('SELECT riders FROM operator WHERE name = ?', operator)[0]?.riders ?? 0),
  }
}

const riderSql = 'SELECT number, position, record FROM rider'
/** One call for all numbers. Without being told, the planner takes the primary key and walks all riders of the operator. */
const manySql = `SELECT number, position, record FROM json_each(?) AS wanted
  CROSS JOIN rider INDEXED BY rider_number ON operator = ? AND number = wanted.value`
const addressSql = `SELECT rider.number, position, record FROM address
  CROSS JOIN rider INDEXED BY rider_number ON rider.operator = address.operator AND rider.number = address.number WHERE address.operator = ? AND hash = ?`

/**
 * The newer position wins. The same position again is the same record of the topic, applied already: it changes nothing, so that it cannot
 * take back an address that another rider has got since.
 */
async function apply(db: Database, operator: number, rider: Applied, keys: readonly string[]): Promise<boolean> {
  const results = await db.write(applyStatements(operator, rider, JSON.stringify(keys)))
  if (results.at(-1)?.length === 1) return true
  const [row] = db.read('SELECT position FROM rider WHERE operator = ? AND id = ?', operator, rider.id)
  return row !== undefined && BigInt(row.position as number | bigint) === rider.position
}

/** A put, or an erasure, which has neither number nor record. */
type Applied = Pick<RiderPut, 'id' | 'position'> & Partial<RiderPut>

const isOld = 'EXISTS (SELECT 1 FROM rider WHERE operator = ? AND id = ? AND position >= ?)'
const forgetSql = `DELETE FROM address WHERE operator = ? AND number = (SELECT number FROM rider WHERE operator = ? AND id = ?)
  AND (number IS NOT ? OR hash NOT IN (SELECT unhex(value) FROM json_each(?))) AND NOT ${isOld}`
const learnSql = `INSERT INTO address (operator, hash, number) SELECT ?, unhex(value), ? FROM json_each(?) WHERE NOT ${isOld}
  ON CONFLICT (operator, hash) DO UPDATE SET number = excluded.number WHERE number <> excluded.number`
const putSql = `INSERT INTO rider (operator, id, number, position, record) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (operator, id) DO UPDATE SET number = excluded.number, position = excluded.position, record = excluded.record
  WHERE excluded.position > position RETURNING 1 AS applied`

/** The look-ups first: they ask whether the record that is there is older. */
function applyStatements(operator: number, { id, number, position, record }: Applied, keys: string): Statement[] {
  const old = [operator, id, position] as const
  return [
    statement(forgetSql, operator, operator, id, number ?? null, keys, ...old),
    ...(number === undefined ? [] : [statement(learnSql, operator, number, keys, ...old)]),
    statement(putSql, operator, id, number ?? null, position, record ?? null),
  ]
}

const stored = (row: Row): StoredRider => ({
  number: Number(row.number),
  position: BigInt(row.position as number | bigint),
  record: bytesIn(row, 'record'),
})
