import type { Arrival, Intent } from './history'

type Rider = Pick<Intent, 'operator' | 'channel' | 'address' | 'disruption'>

/** One rider's story of one disruption on one channel. */
export const byRider = (r: Rider): string => `${r.operator}/${r.disruption}/${r.channel}/${r.address}`

/** One delivery: what may come once. */
export const byDelivery = (r: Rider & Pick<Intent, 'revision'>): string => `${byRider(r)}@${r.revision}`

/** Whether the rider has seen it. */
export const isShown = (arrival: Arrival): boolean => arrival.outcome !== 'refused'
