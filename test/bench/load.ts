import { loadavg } from 'node:os'

/** The machine's average of the last minute. */
export const loadNow = (): string => (loadavg()[0] as number).toFixed(1)
