import { Alert } from '@mantine/core'
import { ApiError, isSignedOut } from '../api/apiError'
import { useWords } from '../words/useWords'

/** What went wrong, and what to do about it. An ended session is not told here: it leads to the sign-in. */
export function Fault({ error }: { readonly error: Error | null }) {
  const { t } = useWords()
  if (!error || isSignedOut(error)) return null
  const unreachable = error instanceof ApiError && error.status === 0
  const hint = error instanceof ApiError ? error.hint : ''
  return (
    <Alert color="red" title={t('failed')} role="alert">
      {unreachable ? t('unreachable') : `${error.message} ${hint}`.trim()}
    </Alert>
  )
}
