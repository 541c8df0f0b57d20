/** Text that is already HTML. Everything else that comes into a page is escaped. */
export interface Html {
  readonly html: string
}

export type Piece = string | number | Html | undefined | false | readonly Piece[]

/** A template of HTML: values are escaped, lists are joined, `undefined` and `false` vanish. Attributes must stand in double quotes. */
export function html(strings: TemplateStringsArray, ...values: readonly Piece[]): Html {
  return { html: strings.reduce((done, part, i) => done + render(values[i - 1]) + part) }
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string) => text.replace(/[&<>"']/g, (c) => escapes[c] ?? '')

function render(piece: Piece): string {
  if (piece === undefined || piece === false) return ''
  if (typeof piece === 'string' || typeof piece === 'number') return escaped(String(piece))
  return 'html' in piece ? piece.html : piece.map(render).join('')
}
