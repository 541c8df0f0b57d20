import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OperatorSettings, Settings } from '#service/settings'
import type { Parts } from '../parts'

/** Of a process on these parts; the key of the addresses lies in `home`. */
export function settingsOn({ kafka, redis }: Parts, home: string, operators: readonly OperatorSettings[]): Settings {
  const keyFile = join(home, 'address.key')
  writeFileSync(keyFile, randomBytes(32))
  return {
    host: '127.0.0.1', port: 0, home, publicUrl: undefined, keyFile, operators,
    kafka: { brokers: kafka.brokers, prefix: '' }, redis: { url: redis.url },
  } // prettier-ignore
}
