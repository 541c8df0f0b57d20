/**
 * Controls, format characters (soft hyphen, zero-width and direction marks, embeddings, overrides, isolates, tags, BOM) and line separators;
 * the line feed stays, and the two joiners that some scripts and emoji are written with.
 */
const invisible = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]--[\n\u200c\u200d]]/gv

/** Foreign text without what could hide, turn round or break it: control characters, bidi overrides, lone surrogates (counted as U+FFFD). */
export function cleanText(text: string): string {
  const visible = text
    .toWellFormed()
    .replaceAll('\ufffd', '')
    .replaceAll('\r\n', '\n')
    .replace(invisible, (c) => (/\s/u.test(c) ? ' ' : ''))
  return visible
    .normalize('NFC')
    .replace(/[^\S\n]+/gu, ' ')
    .replace(/ ?\n[ \n]*/gu, '\n')
    .trim()
}

/** As `cleanText`, on one line: for names, subjects and headlines. */
export const cleanLine = (text: string): string => cleanText(text).replaceAll('\n', ' ')
