import type { ReactNode } from 'react'

export type Tone = 'good' | 'info' | 'wait' | 'warn' | 'bad' | 'quiet'

/** Drawn on 16 × 16; each tone has its own shape, so that none is told by its colour alone. */
const shapes: Readonly<Record<Tone, ReactNode>> = {
  good: <path d="M3 8.5 6.5 12 13 4.5" />,
  info: <path d="M8 7.2V12M8 4v.6M1.5 8a6.5 6.5 0 1 0 13 0 6.5 6.5 0 1 0-13 0" />,
  wait: <path d="M8 4.2V8l2.6 1.8M1.5 8a6.5 6.5 0 1 0 13 0 6.5 6.5 0 1 0-13 0" />,
  warn: <path d="M8 2 1.5 13.5h13ZM8 6.5v3.2M8 11.6v.4" />,
  bad: <path d="M5.2 1.5h5.6l3.7 3.7v5.6l-3.7 3.7H5.2l-3.7-3.7V5.2ZM5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6" />,
  quiet: <path d="M4 8h8M1.5 8a6.5 6.5 0 1 0 13 0 6.5 6.5 0 1 0-13 0" />,
}

interface MarkProps {
  readonly tone: Tone
  readonly children: ReactNode
  /** Without a background, in lists where good news should be calm. */
  readonly plain?: boolean
  readonly title?: string
}

/** A state by icon, word and colour. */
export function Mark({ tone, children, plain, title }: MarkProps) {
  return (
    <span className={`mark ${tone}${plain ? ' plain' : ''}`} title={title}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        {shapes[tone]}
      </svg>
      <span>{children}</span>
    </span>
  )
}
