/** The order of SQLite's BINARY collation and of Redis: by the bytes of UTF-8, not by UTF-16 units. */
export const byKey = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

/** The first string after all that start with the prefix, for range queries: U+10FFFF is no character, so no key holds it. */
export const afterPrefix = (prefix: string): string => `${prefix}\u{10FFFF}`
