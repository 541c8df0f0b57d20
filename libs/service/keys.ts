import { type KeyObject, createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Encrypts and finds riders' addresses, with keys of each operator. Keys are imported once: 5–7 µs an address instead of 36. */
export interface Keys {
  /** AES-256-GCM: nonce 12 B | tag 16 B | ciphertext; additional data `operator|rider`. */
  seal(operator: string, rider: string, address: string): Buffer
  /** Throws when the bytes were changed or belong to another operator or rider. */
  open(operator: string, rider: string, sealed: Uint8Array): string
  /** HMAC-SHA256 of channel and address, 32 B: equal addresses of one operator have equal hashes. */
  hash(operator: string, channel: string, address: string): Buffer
  /** HMAC-SHA256 for links and tokens of an operator, by purpose. */
  sign(operator: string, purpose: string, text: string): Buffer
}

/** Keys derived from one master secret (32 B) by HKDF, one pair an operator. */
export function keysFrom(master: Uint8Array): Keys {
  const cache = new Map<string, KeyObject>()
  const key = (operator: string, use: string): KeyObject => {
    const name = `${use}/${operator}`
    let found = cache.get(name)
    if (!found) cache.set(name, (found = createSecretKey(Buffer.from(hkdfSync('sha256', master, 'linienfunk', name, 32)))))
    return found
  }
  const hmac = (operator: string, use: string, text: string) => createHmac('sha256', key(operator, use)).update(text).digest()
  return {
    seal(operator, rider, address) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key(operator, 'address'), nonce).setAAD(Buffer.from(`${operator}|${rider}`))
      const sealed = Buffer.concat([cipher.update(address, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed])
    },
    open(operator, rider, sealed) {
      const decipher = createDecipheriv('aes-256-gcm', key(operator, 'address'), sealed.subarray(0, 12))
      decipher.setAAD(Buffer.from(`${operator}|${rider}`)).setAuthTag(sealed.subarray(12, 28))
      const address = decipher.update(sealed.subarray(28))
      decipher.final()
      return address.toString('utf8')
    },
    hash: (operator, channel, address) => hmac(operator, 'lookup', `${channel}|${address}`),
    sign: (operator, purpose, text) => hmac(operator, `sign-${purpose}`, text),
  }
}

/** The master secret of this state folder; made at the first start, readable by the owner only. */
export function masterSecret(file: string): Buffer {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(file, randomBytes(32), { mode: 0o600, flag: 'wx' })
    chmodSync(file, 0o600)
  }
  return readFileSync(file)
}
