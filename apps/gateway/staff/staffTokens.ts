import { createHash, timingSafeEqual } from 'node:crypto'
import type { Settings } from '#service/settings'

/** Who acts in the control room. The operator comes from the credential and from nowhere else. */
export interface Staff {
  readonly operator: string
  readonly name: string
}

const digest = (text: string) => createHash('sha256').update(text).digest()

/** Whose token it is. Every token is compared, in constant time, so that the answer's time tells nothing. */
export function staffOfToken(settings: Settings, token: string): Staff | undefined {
  const given = digest(token)
  let found: Staff | undefined
  for (const operator of settings.operators)
    for (const person of operator.staff)
      if (timingSafeEqual(digest(person.token), given) && person.token !== '') found = { operator: operator.id, name: person.name }
  return found
}

/** A session outlives neither its person nor the operator. */
export const stillStaff = (settings: Settings, staff: Staff): boolean =>
  settings.operators.some((o) => o.id === staff.operator && o.staff.some((p) => p.name === staff.name))
