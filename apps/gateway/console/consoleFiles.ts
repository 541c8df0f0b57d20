import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The built console (vite writes it); from the sources and from dist it lies elsewhere. */
export const consoleFolder = join(__dirname, __filename.endsWith('.ts') ? '../../../dist/console' : '../../../console')

/** Its page, read at each call so that a new build shows at once; undefined: not built. */
export function consolePage(): string | undefined {
  const file = join(consoleFolder, 'index.html')
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}
