import { Alert, Container } from '@mantine/core'
import type { ReactNode } from 'react'
import type { MeView } from '#domain/controlRoom'
import { useWords } from '../words/useWords'
import { Header } from './Header'

interface SignedInProps {
  readonly me: MeView
  /** The gateway does not answer: what is shown is old. */
  readonly lost: boolean
  readonly children: ReactNode
}

export function SignedIn({ me, lost, children }: SignedInProps) {
  const { t } = useWords()
  return (
    <>
      <a className="skip" href="#content">
        {t('skip')}
      </a>
      <Header me={me} />
      <Container size="xl" component="main" id="content" tabIndex={-1} py="lg">
        <div aria-live="polite">
          {lost ? (
            <Alert color="red" mb="md">
              {t('lost')}
            </Alert>
          ) : null}
        </div>
        {children}
      </Container>
    </>
  )
}
