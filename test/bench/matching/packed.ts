import { readRecipient, recipientBytes } from '#domain/recipient'
import { channelNames } from '#domain/rider'
import { languages } from '#domain/operator'
import { type NewCohort, cohortsOf } from '#matching/cohorts'
import { type PackedRecord, packRecords } from '#matching/record'
import { duringWindows } from '#matching/schedule'
import { type Tables, tablesIn } from '#matching/tables'
import { who } from '#matching/who'
import type { Store } from '#store/ports'
import { type Told, type Wish, facts, line, lineId, now, operator, scope, timezone } from './wishes'

const atOnce = 5000

/** Our side: the wishes as packed records in the store's pages, and the question to them as match asks it. */
export async function packedIn(store: Store, wishes: readonly Wish[]): Promise<() => Promise<NewCohort[]>> {
  const tables = tablesIn(store.state)
  for (let i = 0; i < wishes.length; i += atOnce) {
    const records: PackedRecord[] = []
    for (const wish of wishes.slice(i, i + atOnce)) records.push(await recordOf(tables, wish))
    await Promise.all(records.map((record) => store.pages.put(`${operator}/${scope}`, record.rider, packRecords([record]))))
  }
  const around = { lines: new Map([[lineId, line]]), tables, timezone }
  return async () => cohortsOf(await who(facts, around, store.pages, now))
}

export const countOf = (cohorts: readonly NewCohort[]): number =>
  cohorts.reduce((sum, { recipients }) => sum + recipients.length / recipientBytes, 0)

export const toldIn = (cohorts: readonly NewCohort[]): Told[] =>
  cohorts.flatMap(({ channel, recipients }) =>
    Array.from({ length: recipients.length / recipientBytes }, (_, i) => {
      const { rider, language } = readRecipient(recipients, i)
      return { rider, channel: channelNames.indexOf(channel), language: languages.indexOf(language) }
    }),
  )

async function recordOf(tables: Tables, wish: Wish): Promise<PackedRecord> {
  const [fromStop, toStop] = wish.section ? wish.section.map((i) => `s${i}`) : ['', '']
  return {
    ...wish,
    schedule: (await tables.scheduleNumber(operator, duringWindows(wish.windows))) ?? 0,
    section: (await tables.sectionNumber(operator, scope, { fromStop: fromStop ?? '', toStop: toStop ?? '' })) ?? 0,
    second: 'also',
    secondChannel: 0,
  }
}
