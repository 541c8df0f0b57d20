import type { Database } from '#sqlite/database'
import { statement } from './rows'

/** Taken from the file at once, so that a new rider does not wait for the disk; what is left at the end of the process is a harmless gap. */
const block = 64

interface Numbers {
  next: number
  end: number
  refill: Promise<void> | undefined
}

/** Fresh numbers of an operator, from 1. Concurrency: callers that find the block empty wait for the same refill. */
export function riderNumbers(db: Database) {
  const operators = new Map<string, Numbers>()
  const of = (operator: string): Numbers => {
    const numbers = operators.get(operator) ?? { next: 0, end: 0, refill: undefined }
    operators.set(operator, numbers)
    return numbers
  }
  const allocate = async (operator: string): Promise<number> => {
    const numbers = of(operator)
    while (numbers.next >= numbers.end) {
      numbers.refill ??= refill(db, operator, numbers).finally(() => {
        numbers.refill = undefined
      })
      await numbers.refill
    }
    return numbers.next++
  }
  const reserve = async (operator: string, upTo: number): Promise<void> => {
    // A refill asked for before stands before this write in the file, and must not give out what it got there.
    const numbers = of(operator)
    await Promise.all([numbers.refill, db.write([statement(reserveSql, operator, upTo + 1)])])
    numbers.next = Math.max(numbers.next, upTo + 1)
  }
  return { allocate, reserve }
}

const takeSql = `INSERT INTO operator (name, next) VALUES (?, ${1 + block}) ON CONFLICT (name) DO UPDATE SET next = next + ${block} RETURNING next`
const reserveSql = 'INSERT INTO operator (name, next) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET next = max(next, excluded.next)'

async function refill(db: Database, operator: string, numbers: Numbers): Promise<void> {
  const [rows] = await db.write([statement(takeSql, operator)])
  const end = Number(rows?.[0]?.next)
  numbers.next = Math.max(numbers.next, end - block)
  numbers.end = end
}
