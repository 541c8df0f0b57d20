import type { Database } from '#sqlite/database'
import { statement } from './rows'

/** Operators by their row's number. */
export interface OperatorNumbers {
  find(operator: string): number | undefined
  ensure(operator: string): Promise<number>
}

export function operatorNumbers(db: Database): OperatorNumbers {
  const known = new Map<string, number>()
  const find = (operator: string): number | undefined => {
    const number = known.get(operator) ?? read(db, operator)
    if (number !== undefined) known.set(operator, number)
    return number
  }
  const ensure = async (operator: string): Promise<number> => {
    const number = find(operator)
    if (number !== undefined) return number
    await db.write([statement('INSERT INTO operator (name) VALUES (?) ON CONFLICT (name) DO NOTHING', operator)])
    return ensure(operator)
  }
  return { find, ensure }
}

function read(db: Database, operator: string): number | undefined {
  const [row] = db.read('SELECT number FROM operator WHERE name = ?', operator)
  return row && Number(row.number)
}
