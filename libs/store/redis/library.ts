import { bucketsLua } from './bucketsLua'
import { cohortsLua } from './cohortsLua'
import { limitsLua } from './limitsLua'
import { pagesLua } from './pagesLua'
import { ridersLua } from './ridersLua'
import { stateLua } from './stateLua'

/** The Functions by their Lua names; `read`: they write nothing. */
const functions = {
  putPages: 'write',
  applyRider: 'write',
  riderById: 'read',
  riderByAddress: 'read',
  reserveNumbers: 'write',
  openCohort: 'write',
  openCohorts: 'write',
  listCohorts: 'read',
  ownCohort: 'write',
  writeChunks: 'write',
  putMessage: 'write',
  dropCohort: 'write',
  putValues: 'write',
  putIfAbsent: 'write',
  intern: 'write',
  takeLease: 'write',
  releaseLease: 'write',
  drawTokens: 'write',
  freezeAccount: 'write',
} as const

export type FunctionName = keyof typeof functions

/**
 * Raised when arguments or the layout of a value change: in a rolling upgrade both versions are in the server side by side, under names of
 * their own. What only becomes better keeps the number and replaces the older code.
 */
const version = 2

export const serverName = (name: FunctionName): string => `linienfunk${version}_${name}`

export const isRead = (name: FunctionName): boolean => functions[name] === 'read'

const register = (name: FunctionName): string =>
  `redis.register_function{ function_name = '${serverName(name)}', callback = ${name}${isRead(name) ? `, flags = { 'no-writes' }` : ''} }`

/** For FUNCTION LOAD REPLACE. */
export const library = [
  `#!lua name=linienfunk${version}`,
  bucketsLua,
  pagesLua,
  ridersLua,
  cohortsLua,
  stateLua,
  limitsLua,
  ...(Object.keys(functions) as FunctionName[]).map(register),
].join('\n')
