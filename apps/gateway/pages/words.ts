import type { Language } from '#domain/operator'
import type { FaultName } from '../riders/choice'

/** What the pages say. A missing phrase in one language does not compile. */
export interface PageWords {
  readonly other: { readonly language: Language; readonly name: string }
  readonly skip: string
  readonly operators: string
  readonly operatorsIntro: string
  readonly statusTitle: (operator: string) => string
  readonly asOf: (time: string) => string
  readonly status: Readonly<Record<'GOOD' | 'MINOR' | 'MAJOR' | 'UNKNOWN', string>>
  readonly summary: Readonly<Record<'allGood' | 'unseen' | 'noLines', string>>
  readonly disrupted: (count: number, total: number) => string
  readonly disruptions: string
  readonly noDisruptions: string
  readonly lines: string
  readonly since: (time: string) => string
  readonly subscribe: string
  readonly openData: string
  readonly subscribeTitle: string
  readonly subscribeIntro: (operator: string) => string
  readonly chooseLines: string
  readonly direction: string
  readonly directionOf: (line: string) => string
  readonly bothDirections: string
  readonly towards: (stop: string) => string
  readonly times: string
  readonly always: string
  readonly commute: string
  readonly ownTimes: string
  readonly severity: string
  readonly severities: Readonly<Record<'INFO' | 'WARNING' | 'SEVERE', string>>
  readonly language: string
  readonly channel: string
  readonly noChannel: (operator: string) => string
  readonly channels: Readonly<Record<'TELEGRAM' | 'EMAIL' | 'WEBHOOK', { readonly name: string; readonly hint: string }>>
  readonly email: string
  readonly url: string
  readonly consent: string
  readonly next: string
  readonly errorsTitle: string
  readonly faults: Readonly<Record<FaultName, string>>
  readonly telegramTitle: string
  readonly telegramIntro: string
  readonly telegramOpen: string
  readonly telegramQr: string
  readonly telegramAgain: string
  readonly telegramDone: string
  readonly checkTitle: string
  readonly checkEmail: string
  readonly checkWebhook: string
  readonly confirmTitle: string
  readonly confirmIntro: (lines: string) => string
  readonly confirm: string
  readonly mailSubject: (operator: string) => string
  readonly mailText: (operator: string, lines: string, link: string) => string
  readonly manageTitle: string
  readonly reachedBy: (channel: string, address: string) => string
  readonly secret: string
  readonly state: Readonly<Record<'active' | 'stopped', string>>
  readonly pausedUntil: (time: string) => string
  readonly save: string
  readonly pauseTitle: string
  readonly pauseDay: string
  readonly pauseWeek: string
  readonly resume: string
  readonly stopTitle: string
  readonly stop: string
  readonly start: string
  readonly dataTitle: string
  readonly dataIntro: string
  readonly download: string
  readonly erase: string
  readonly eraseSure: string
  readonly eraseHint: string
  readonly erasedTitle: string
  readonly erased: string
  readonly stoppedTitle: string
  readonly stopped: string
  readonly done: Readonly<Record<'saved' | 'paused' | 'resumed' | 'stopped' | 'started' | 'confirmed', string>>
  readonly failed: string
  readonly failures: Readonly<Record<'NOT_FOUND' | 'LINK_INVALID' | 'RATE_LIMITED' | 'FORBIDDEN_ORIGIN' | 'OTHER', string>>
  readonly back: string
}
