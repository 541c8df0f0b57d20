import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'

const root = resolve(process.env.RECORDED_FEEDS ?? '../shared/data')

/** Tests over a recorded set; skipped, with a word, where it is missing. */
export function describeRecorded(set: string, tests: () => void): void {
  if (existsSync(join(root, set))) return void describe(`recorded: ${set}`, tests)
  console.log(`skipped: no recorded feed ${set} in ${root} (RECORDED_FEEDS names the folder)`)
  describe.skip(`recorded: ${set}`, () => it('is not here', () => undefined))
}

export function recordedFile(path: string): Buffer {
  const bytes = readFileSync(join(root, path))
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes
}

/** Paths of the feeds in a folder, in order of their names. */
export const recordedFeeds = (folder: string): string[] =>
  readdirSync(join(root, folder))
    .filter((name) => /\.pb[f]?(\.gz)?$/.test(name))
    .sort()
    .map((name) => join(folder, name))

/** Names of the files in a folder, in order. */
export const recordedNames = (folder: string): string[] => readdirSync(join(root, folder)).sort()

export const recordedPath = (path: string): string => join(root, path)
