import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import type { PreviewView } from '#domain/controlRoom'
import { api } from '../api/api'
import { type NoticeForm, draftOf, missing } from './draft'

export interface PreviewState {
  readonly shown: PreviewView | undefined
  /** Whether what is shown belongs to the form as it stands: only then may its number stand in the button. */
  readonly current: boolean
  readonly error: Error | null
}

/** Texts and audience of the form, asked for once the hands rest, and again while it stands. */
export function usePreview(form: NoticeForm, timezone: string): PreviewState {
  const [settled] = useDebouncedValue(form, 250)
  const query = useQuery({
    queryKey: ['preview', settled],
    queryFn: () => api.preview(draftOf(settled, timezone)),
    enabled: missing(settled) === undefined,
    refetchInterval: 10_000,
    placeholderData: (before) => before,
  })
  const ready = missing(form) === undefined
  return {
    shown: ready ? query.data : undefined,
    current: ready && settled === form && query.isSuccess && !query.isPlaceholderData,
    error: query.error,
  }
}
