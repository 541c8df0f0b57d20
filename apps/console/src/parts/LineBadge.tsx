import type { PublicLine } from '#domain/controlRoom'

type Badge = Pick<PublicLine, 'name'> & Partial<Pick<PublicLine, 'color' | 'textColor'>>

/** The line as on the vehicle, in its own colours where the timetable gives them. */
export function LineBadge({ line: { name, color, textColor } }: { readonly line: Badge }) {
  const colors = color ? { background: `#${color}`, color: `#${textColor || 'ffffff'}` } : undefined
  return (
    <span className="badge-line" style={colors}>
      {name}
    </span>
  )
}
