import { defaultDetection } from '#detection/settings'
import type { OperatorSettings, Settings } from '#service/settings'
import { operatorIds } from './town'

const operator = (id: string): OperatorSettings => ({
  id,
  name: id,
  timezone: undefined,
  languages: ['de', 'en'],
  timetable: { url: undefined, file: undefined, headers: {}, refreshMs: 3_600_000 },
  feeds: [
    {
      id: 'trips',
      url: `http://feeds.${id}/trips.pb`,
      headers: {},
      everyMs: 10_000,
      timeoutMs: 5000,
      maxBytes: 2 ** 20,
      staleAfterMs: 300_000,
    },
  ],
  channels: {
    telegram: { token: `1:${id}`, bot: id, apiRoot: `http://telegram.${id}`, perSecond: 20, webhookSecret: undefined },
    webhook: { perSecond: 20, allowPrivateAddresses: true },
    email: undefined,
  },
  policy: { default: 'auto' },
  detection: { ...defaultDetection, updateAfterSeconds: 60 },
  staff: [],
  allowPrivateAddresses: true,
  contact: undefined,
})

export const settings: Settings = { host: '', port: 0, home: '', publicUrl: undefined, operators: operatorIds.map(operator) }
