import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { LineCounter, type Document, parseDocument } from 'yaml'
import type { Settings } from './settings'
import { settingsSchema } from './settingsSchema'

export interface SettingsFault {
  /** Where: `operators[0].feeds[1].every`, with the line of the file where there is one. */
  readonly where: string
  /** What is wrong, and what to do. */
  readonly message: string
}

export type ParsedSettings =
  { readonly ok: true; readonly settings: Settings } | { readonly ok: false; readonly faults: readonly SettingsFault[] }

/** Environment over file over defaults. All faults are found at once. */
export function parseSettings(file: string, env: Readonly<Record<string, string | undefined>>): ParsedSettings {
  if (!existsSync(file))
    return { ok: false, faults: [{ where: file, message: 'there is no such file. Copy linienfunk.example.yaml and edit it' }] }
  const lines = new LineCounter()
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines, prettyErrors: true })
  const where = (path: readonly PropertyKey[]) => `${pathText(path)}${lineOf(document, path, lines, file)}`
  if (document.errors.length > 0) {
    return {
      ok: false,
      faults: document.errors.map((e) => ({ where: `${file}:${lines.linePos(e.pos[0]).line}`, message: e.message.split('\n')[0] ?? '' })),
    }
  }
  const faults: SettingsFault[] = []
  const filled = fillIn(document.toJS() ?? {}, [], env, dirname(file), (path, message) => faults.push({ where: where(path), message }))
  const parsed = settingsSchema(env, dirname(file)).safeParse(filled)
  const known = new Set(faults.map((f) => f.where))
  if (!parsed.success) {
    const found = parsed.error.issues.flatMap((i) =>
      i.code === 'unrecognized_keys'
        ? i.keys.map((key) => ({ where: where([...i.path, key]), message: unknownKey }))
        : [{ where: where(i.path), message: i.message }],
    )
    faults.push(...found.filter((f) => !known.has(f.where)))
  }
  return parsed.success && faults.length === 0 ? { ok: true, settings: parsed.data } : { ok: false, faults }
}

const unknownKey = 'is not known here. Remove it, or look for its name in linienfunk.example.yaml'

/** The report of a start that fails: a line a fault. */
export function faultReport(faults: readonly SettingsFault[]): string {
  const count = faults.length === 1 ? '1 problem' : `${faults.length} problems`
  return [`configuration: ${count}`, ...faults.map((f) => `✗ ${f.where}: ${f.message}`)].join('\n')
}

/**
 * Replaces `${NAME}` by the environment's NAME, or by the content of the file that NAME_FILE names; and `xFile: path` by `x: content`
 * (so that secrets need not stand in the configuration).
 */
function fillIn(
  value: unknown,
  path: readonly PropertyKey[],
  env: Readonly<Record<string, string | undefined>>,
  folder: string,
  fault: (path: readonly PropertyKey[], message: string) => void,
): unknown {
  if (typeof value === 'string') return expand(value, env, (message) => fault(path, message))
  if (Array.isArray(value)) return value.map((v, i) => fillIn(v, [...path, i], env, folder, fault))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const at = [...path, key]
      const filled = fillIn(inner, at, env, folder, fault)
      if (!/^(token|smtp|webhookSecret|password)File$/.test(key) || typeof filled !== 'string') return [key, filled]
      return [key.slice(0, -4), readSecret(resolve(folder, filled), (message) => fault(at, message))]
    }),
  )
}

function expand(text: string, env: Readonly<Record<string, string | undefined>>, fault: (message: string) => void): string {
  return text.replace(/\$\{([A-Z0-9_]+)\}/g, (_, name: string) => {
    const file = env[`${name}_FILE`]
    const found = env[name] ?? (file === undefined ? undefined : readSecret(file, fault))
    if (found === undefined) fault(`the environment has neither ${name} nor ${name}_FILE. Set one of them`)
    return found ?? ''
  })
}

function readSecret(file: string, fault: (message: string) => void): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    fault(`the file ${file} cannot be read. Make it, readable for this user`)
    return ''
  }
}

const pathText = (path: readonly PropertyKey[]): string =>
  path.map((p, i) => (typeof p === 'number' ? `[${p}]` : `${i > 0 ? '.' : ''}${String(p)}`)).join('') || 'the file'

/** The line of the nearest part of the path that stands in the file. */
function lineOf(document: Document, path: readonly PropertyKey[], lines: LineCounter, file: string): string {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true)
    const range = (node as { range?: [number, number, number] } | undefined)?.range
    if (range) return ` (${file}:${lines.linePos(range[0]).line})`
  }
  return ''
}
