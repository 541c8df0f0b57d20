import { linienfunk } from '#proto/linienfunk'

/** Domain type ↔ bytes by proto/linienfunk/v1. The domain types have the shape of the messages, so that no mapping is needed. */
export interface Codec<T> {
  encode(value: T): Uint8Array
  /** Throws when the bytes are not such a message; the caller quarantines. Unknown fields are ignored. */
  decode(bytes: Uint8Array): T
}

type MessageName = keyof typeof linienfunk.v1
interface MessageType {
  fromObject(object: object): object
  encode(message: object): { finish(): Uint8Array }
  decode(bytes: Uint8Array): object
  toObject(message: object, options: object): object
}

const options = { enums: String, longs: Number, defaults: true, arrays: true, oneofs: true }

export function codecOf<T extends object>(name: MessageName): Codec<T> {
  const type = linienfunk.v1[name] as unknown as MessageType
  return {
    encode: (value) => type.encode(type.fromObject(value)).finish(),
    decode: (bytes) => type.toObject(type.decode(bytes), options) as T,
  }
}
