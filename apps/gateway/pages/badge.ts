import type { Line } from '#domain/line'
import { type Html, html } from './html'

type Named = Pick<Line, 'name' | 'color' | 'textColor'>

/** The line as on the vehicle. SVG, because colours of a timetable may not stand in a style attribute (CSP); the text is read out as text. */
export function badge(line: Named): Html {
  const name = [...line.name].slice(0, 12).join('')
  const width = Math.max(44, 20 + [...name].length * 11)
  const back = /^[0-9a-f]{6}$/i.test(line.color) ? line.color : '3b4754'
  return html`<svg class="badge" role="img" aria-label="${line.name}" viewBox="0 0 ${width} 30" width="${width}" height="30">
    <rect width="${width}" height="30" rx="7" fill="#${back}" />
    <text
      x="${width / 2}"
      y="21"
      text-anchor="middle"
      font-size="17"
      font-weight="700"
      font-family="system-ui,sans-serif"
      fill="#${readable(back, line.textColor)}"
    >
      ${name}
    </text>
  </svg>`
}

/** The timetable's text colour where it can be read (contrast 4.5, WCAG 1.4.3), else black or white. */
export function readable(back: string, text: string): string {
  if (/^[0-9a-f]{6}$/i.test(text) && contrast(back, text) >= 4.5) return text
  return contrast(back, 'ffffff') >= contrast(back, '000000') ? 'ffffff' : '000000'
}

/** WCAG 2.2, relative luminance and contrast ratio. */
export function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [0, 2, 4].map((at) => {
    const c = parseInt(hex.slice(at, at + 2), 16) / 255
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
