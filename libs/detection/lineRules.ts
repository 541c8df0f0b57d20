import { cancelledRule } from './cancelledRule'
import { delayRule } from './delayRule'
import type { LineRule } from './lineRule'

/** What is looked for on every line, in this order. */
export const lineRules: readonly LineRule[] = [delayRule, cancelledRule]
