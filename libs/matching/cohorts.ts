import { cohortSize } from '#domain/dispatch'
import { recipientBytes } from '#domain/recipient'
import { type ChannelName, channelNames } from '#domain/rider'
import { type Found, type Recipients, wordsPerRecipient } from './found'

/** Riders to be told together on one channel, most urgent first; `recipients` as in #domain/recipient. */
export interface NewCohort {
  readonly channel: ChannelName
  readonly recipients: Buffer
}

/** Splits whom a question found by channel and into cohorts; the most urgent riders of a channel are in its first cohort. */
export function cohortsOf(found: Found): NewCohort[] {
  const channels = [...found.channels].sort(([a], [b]) => a - b)
  return channels.flatMap(([number, list]) => {
    const channel = channelNames[number]
    return channel === undefined || channel === 'NONE' ? [] : split(byUrgency(list)).map((recipients) => ({ channel, recipients }))
  })
}

function split(recipients: Buffer): Buffer[] {
  const size = cohortSize * recipientBytes
  return Array.from({ length: Math.ceil(recipients.length / size) }, (_, i) => recipients.subarray(i * size, (i + 1) * size))
}

/** A counting sort: stable, so that equally urgent riders stay in the order of the pages. */
function byUrgency(list: Recipients): Buffer {
  const next = starts(list)
  const sorted = new Uint32Array(list.count * wordsPerRecipient)
  for (let i = 0; i < list.count; i++) {
    const urgency = list.urgencyAt(i)
    const at = next[urgency] as number
    next[urgency] = at + 1
    for (let word = 0; word < wordsPerRecipient; word++) {
      sorted[at * wordsPerRecipient + word] = list.words[i * wordsPerRecipient + word] as number
    }
  }
  return Buffer.from(sorted.buffer)
}

/** Where each urgency begins in the sorted list. */
function starts(list: Recipients): Uint32Array {
  const counts = new Uint32Array(257)
  for (let i = 0; i < list.count; i++) {
    const after = list.urgencyAt(i) + 1
    counts[after] = (counts[after] as number) + 1
  }
  for (let urgency = 1; urgency < counts.length; urgency++) counts[urgency] = (counts[urgency] as number) + (counts[urgency - 1] as number)
  return counts
}
