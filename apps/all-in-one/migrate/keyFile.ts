import { constants, copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export type KeyCopied = { readonly ok: true; readonly copied: boolean } | { readonly ok: false; readonly message: string }

/** Puts the key of riders' addresses where the new processes look for it. Another key there could open no address: that is refused. */
export function copyKeyFile(home: string, keyFile: string): KeyCopied {
  const own = join(home, 'address.key')
  if (!existsSync(own)) return { ok: false, message: `${own} is missing: without it no rider's address can be read.` }
  if (existsSync(keyFile)) {
    if (readFileSync(own).equals(readFileSync(keyFile))) return { ok: true, copied: false }
    return {
      ok: false,
      message: `keyFile ${keyFile} holds another key than ${own}. Name a file that does not exist yet, or that very key.`,
    }
  }
  mkdirSync(dirname(keyFile), { recursive: true, mode: 0o700 })
  copyFileSync(own, keyFile, constants.COPYFILE_EXCL)
  return { ok: true, copied: true }
}
