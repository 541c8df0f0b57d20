/** What the simulator's controllers get injected. */
export const LIVE_CITY = Symbol('live city')
export const PHONE = Symbol('phone')
export const ASSETS = Symbol('assets')
