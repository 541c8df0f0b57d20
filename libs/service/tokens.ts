import type { Bus } from '#bus/bus'
import type { Clock, Net, Random } from '#domain/ports'
import type { Store } from '#store/ports'
import type { Settings } from './settings'
import type { Logger } from './log'
import type { Keys } from './keys'

/** What every stage gets injected; PlatformModule provides it, and wiring is the only difference between one process and many. */
export const BUS = Symbol('bus')
export const STORE = Symbol('store')
export const CLOCK = Symbol('clock')
export const RANDOM = Symbol('random')
export const NET = Symbol('net')
export const LOG = Symbol('log')
export const SETTINGS = Symbol('settings')
export const KEYS = Symbol('keys')

export interface Platform {
  readonly bus: Bus
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly net: Net
  readonly log: Logger
  readonly settings: Settings
  readonly keys: Keys
}
