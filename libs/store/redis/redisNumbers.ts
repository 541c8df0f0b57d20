import type { Riders } from '../ports'
import type { Keys } from './keys'
import type { Link } from './link'
import { numberOf } from './replies'

/** Taken at once, so that a new rider need not ask the server; what is left at the end of the process is a harmless gap. */
const block = 64

interface Numbers {
  next: number
  end: number
  refill: Promise<void> | undefined
}

/**
 * Fresh numbers of an operator, from 1. Concurrency: callers that find the block empty wait for the same refill. After a lost connection the
 * block is given up: the server may have come back empty and be filled again from the topic by now, and give the same numbers to others.
 */
export function redisNumbers(link: Link, keys: Keys): Pick<Riders, 'allocate' | 'reserve'> {
  const operators = new Map<string, Numbers>()
  link.onReconnect(() => operators.clear())
  const of = (operator: string): Numbers => {
    const numbers = operators.get(operator) ?? { next: 0, end: 0, refill: undefined }
    operators.set(operator, numbers)
    return numbers
  }
  const refill = async (operator: string, numbers: Numbers) => {
    const { meta } = keys.riders(operator)
    const last = numberOf(await link.command(meta, 'HINCRBY', meta, 'last', String(block)))
    numbers.next = Math.max(numbers.next, last - block + 1)
    numbers.end = last + 1
  }
  const allocate = async (operator: string): Promise<number> => {
    for (;;) {
      const numbers = of(operator)
      if (numbers.next < numbers.end) return numbers.next++
      numbers.refill ??= refill(operator, numbers).finally(() => {
        numbers.refill = undefined
      })
      await numbers.refill
    }
  }
  const reserve = async (operator: string, upTo: number): Promise<void> => {
    // A refill asked for before stands before this in the server, and must not give out what it got there.
    const numbers = of(operator)
    await Promise.all([numbers.refill, link.call('reserveNumbers', [keys.riders(operator).meta], String(upTo))])
    numbers.next = Math.max(numbers.next, upTo + 1)
  }
  return { allocate, reserve }
}
