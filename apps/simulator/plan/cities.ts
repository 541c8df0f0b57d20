import { lindenau } from './lindenau'
import type { City } from './plan'
import { seebach } from './seebach'

export const cities: readonly City[] = [lindenau, seebach]

/** undefined: no such operator. */
export const findCity = (operator: string): City | undefined => cities.find((c) => c.operator === operator)
