import { Button, Loader, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { isSignedOut } from '../api/apiError'
import { useMe } from '../api/useApi'
import { Fault } from '../parts/Fault'
import { useWords } from '../words/useWords'
import { SignIn } from './SignIn'
import { SignedIn } from './SignedIn'

/** Who is signed in sees the pages. An ended session leads to the sign-in, and behind it a half-written notice waits. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const { t } = useWords()
  const { data, error, isPending, refetch } = useMe()
  const signedOut = isSignedOut(error)
  return (
    <>
      {signedOut ? <SignIn ended={data !== undefined} /> : null}
      {data ? (
        <div key={data.operator.id} hidden={signedOut}>
          <SignedIn me={data} lost={!signedOut && error !== null}>
            {children}
          </SignedIn>
        </div>
      ) : null}
      {isPending ? <Loader aria-label={t('loading')} m="xl" /> : null}
      {!data && error && !signedOut ? (
        <Stack component="main" p="xl" maw={480} mx="auto">
          <Fault error={error} />
          <Button onClick={() => void refetch()}>{t('retry')}</Button>
        </Stack>
      ) : null}
    </>
  )
}
