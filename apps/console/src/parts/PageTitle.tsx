import { Title } from '@mantine/core'
import { type ReactNode, useEffect, useRef } from 'react'
import { useWords } from '../words/useWords'

let pages = 0

/** The page's heading. After a change of page it has the focus, so that a screen reader says where one is; not at the first page. */
export function PageTitle({ children, name }: { readonly children: ReactNode; readonly name: string }) {
  const { t } = useWords()
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (pages++ > 0) title.current?.focus()
  }, [])
  useEffect(() => {
    document.title = `${name} · ${t('controlRoom')}`
  }, [name, t])
  return (
    <Title order={1} size="h3" ref={title} tabIndex={-1} className="page-title">
      {children}
    </Title>
  )
}
