import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'

/** The demo's staff tokens, made at the first start and kept in the state folder, readable by the owner only. */
export function demoSecrets(home: string, operators: readonly string[]): Readonly<Record<string, string>> {
  const file = join(home, 'demo-tokens.json')
  if (!existsSync(file)) {
    const tokens = Object.fromEntries(operators.map((id) => [id, `${id}-${randomBytes(18).toString('hex')}`]))
    writeFileSync(file, JSON.stringify(tokens), { mode: 0o600 })
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>
}
