import { VisuallyHidden } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { PublicLine, StaffDisruption } from '#domain/controlRoom'
import { LineBadge } from '../parts/LineBadge'
import { LineStatusMark } from '../parts/statusMarks'
import { useWords } from '../words/useWords'

interface LineRowProps {
  readonly line: PublicLine
  readonly untold: StaffDisruption | undefined
}

export function LineRow({ line, untold }: LineRowProps) {
  const { t } = useWords()
  return (
    <li>
      <LineBadge line={line} />
      <LineStatusMark status={line.status} untold={untold} />
      <Link to="/notices/new" search={{ line: line.id }} className="quiet-link">
        {t('noticeFor')}
        <VisuallyHidden> {line.name}</VisuallyHidden>
      </Link>
    </li>
  )
}
