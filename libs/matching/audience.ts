import { type Language, languages } from '#domain/operator'
import { type ChannelName, channelNames } from '#domain/rider'
import type { Surroundings } from './criteria'
import type { Facts } from './facts'
import { type Found, wordsPerRecipient } from './found'
import { type PageReader, who } from './who'

/** How many riders would be told: for shadow mode and for the control room's button. */
export interface Audience {
  /** Told at once. */
  readonly total: number
  readonly channels: Readonly<Partial<Record<ChannelName, number>>>
  readonly languages: Readonly<Partial<Record<Language, number>>>
  /** Not told now, because their window is closed; told when it opens, if it still goes on. */
  readonly held: number
}

/** `now`: epoch seconds. */
export async function audience(facts: Facts, around: Surroundings, pages: PageReader, now: number): Promise<Audience> {
  return countAudience(await who(facts, around, pages, now))
}

export function countAudience(found: Found): Audience {
  const byLanguage = new Uint32Array(256)
  for (const list of found.channels.values()) {
    for (let i = 0; i < list.count; i++) {
      const language = (list.words[i * wordsPerRecipient + 1] as number) & 0xff
      byLanguage[language] = (byLanguage[language] as number) + 1
    }
  }
  const counts = languages.map((language, i) => [language, byLanguage[i] ?? 0] as const).filter(([, n]) => n > 0)
  return {
    total: found.total,
    channels: Object.fromEntries([...found.channels].map(([channel, list]) => [channelNames[channel] ?? 'NONE', list.count])),
    languages: Object.fromEntries(counts),
    held: found.held,
  }
}
