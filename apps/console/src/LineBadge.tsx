/** The line as on the vehicle, in its own colours where the timetable gives them. */
export function LineBadge({ name, color, textColor }: { readonly name: string; readonly color?: string; readonly textColor?: string }) {
  return (
    <span className="badge-line" style={{ background: color ? `#${color}` : '#3b4250', color: textColor ? `#${textColor}` : '#ffffff' }}>
      {name}
    </span>
  )
}
