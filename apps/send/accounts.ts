import { emailMessenger } from '#channels/email'
import type { Messenger } from '#channels/messenger'
import { telegramMessenger } from '#channels/telegram'
import { webhookMessenger } from '#channels/webhook'
import type { Net } from '#domain/ports'
import type { ChannelName } from '#domain/rider'
import type { ChannelSettings, Settings } from '#service/settings'
import type { Limits } from '#store/ports'
import { Account } from './account'

export interface ChannelAccount {
  readonly account: Account
  readonly messenger: Messenger
}

/** Of every operator, the messengers that it has configured. */
export type Accounts = ReadonlyMap<ChannelName, ReadonlyMap<string, ChannelAccount>>

interface Configured {
  readonly messenger: Messenger
  readonly perSecond: number
}

export function accountsOf(settings: Settings, net: Net, limits: Limits): Accounts {
  const accounts = new Map<ChannelName, Map<string, ChannelAccount>>()
  for (const operator of settings.operators) {
    for (const { messenger, perSecond } of messengersOf(operator.channels, net)) {
      const account = new Account(`${messenger.channel}/${operator.id}`, { perSecond, burst: burstOf(perSecond) }, limits)
      const own = accounts.get(messenger.channel) ?? new Map<string, ChannelAccount>()
      accounts.set(messenger.channel, own.set(operator.id, { account, messenger }))
    }
  }
  return accounts
}

/** A quarter of a second's worth: no second ever sees much more than its rate. */
const burstOf = (perSecond: number): number => Math.max(1, Math.ceil(perSecond / 4))

function messengersOf({ telegram, webhook, email }: ChannelSettings, net: Net): Configured[] {
  return [
    ...(telegram ? [{ messenger: telegramMessenger(net, telegram), perSecond: telegram.perSecond }] : []),
    ...(webhook ? [{ messenger: webhookMessenger(net, webhook), perSecond: webhook.perSecond }] : []),
    ...(email ? [{ messenger: emailMessenger(email), perSecond: email.perSecond }] : []),
  ]
}
