import type { Outcome } from '#channels/messenger'
import type { Receipt } from '#domain/receipt'
import type { Logger } from '#service/log'
import type { Claim } from './attempt'
import { blockedAccounts } from './metrics'

export interface Reporting {
  readonly log: Pick<Logger, 'error'>
  readonly publishReceipt: (receipt: Receipt) => Promise<unknown>
}

/** What an outcome means beyond its slot: for the account, and for the rider's address. Throws when store or bus are down. */
export async function report(claim: Claim, outcome: Outcome, nowMs: number, { log, publishReceipt }: Reporting): Promise<void> {
  const { account, messenger, cohort } = claim
  const labels = { operator: cohort.header.operator, channel: messenger.channel }
  if (outcome.kind === 'sent' || outcome.kind === 'gone') {
    account.succeeded()
    for (const why of ['frozen', 'halted']) blockedAccounts.set({ ...labels, why }, 0)
  }
  if (outcome.kind === 'frozen') {
    blockedAccounts.set({ ...labels, why: 'frozen' }, 1)
    await account.freeze(nowMs + outcome.afterMs)
  }
  if (outcome.kind === 'halt') {
    account.halt(nowMs)
    blockedAccounts.set({ ...labels, why: 'halted' }, 1)
    log.error({ ...labels, detail: outcome.detail }, 'the messenger refuses this account: check its token and settings')
  }
  if (messenger.shared && (outcome.kind === 'retry' || outcome.kind === 'unknown')) account.failed(nowMs)
  if (outcome.kind === 'gone') await publishReceipt(blocked(claim, nowMs))
}

/** The gateway alone writes riders: it learns from the receipt that the address is gone. Written before the slot is marked. */
function blocked({ cohort, slot }: Claim, nowMs: number): Receipt {
  const { operator, disruption, channel, cohort: number } = cohort.header
  return { operator, disruption, channel, cohort: number, slot, kind: 'BLOCKED', at: Math.floor(nowMs / 1000) }
}
