import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Content } from '../http/answer'
import { cities } from '../plan/cities'
import { lineClass } from './badge'

export interface Asset extends Content {
  readonly type: string
}

/** The static files of the demo's pages, by name. They lie with the sources, which are there in a clone as well as in an image. */
export function loadAssets(): ReadonlyMap<string, Asset> {
  const folder = [join(__dirname, '../assets'), join(__dirname, '../../../../apps/simulator/assets')].find((f) => existsSync(f))
  if (!folder) throw new Error('apps/simulator/assets is missing: the pages of the demo need it')
  const file = (name: string) => readFileSync(join(folder, name))
  return new Map([
    ['demo.css', asset('text/css; charset=utf-8', file('demo.css'))],
    ['demo.js', asset('text/javascript; charset=utf-8', file('demo.js'))],
    ['lines.css', asset('text/css; charset=utf-8', Buffer.from(lineStyles()))],
  ])
}

function asset(type: string, bytes: Buffer): Asset {
  return { type, bytes, at: 0, etag: `"${createHash('sha256').update(bytes).digest('hex').slice(0, 20)}"` }
}

/** The lines' colours as a style sheet: the content security policy allows no style in the page itself. */
function lineStyles(): string {
  const lines = cities.flatMap((c) => c.lines)
  return lines.map((l) => `.${lineClass(l)}{--line:#${l.color};--on-line:#${l.textColor}}`).join('\n')
}
