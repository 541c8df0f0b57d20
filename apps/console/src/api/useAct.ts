import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { type MeantAct, meant } from './meantAct'

interface ActOptions<T, R> {
  /** What the person sees and can change: while it stays the same, a repeat is the same act. */
  readonly form: unknown
  /** Made when the act is first meant. */
  readonly body: () => T
  readonly act: (body: T, key: string) => Promise<R>
  readonly done?: (answer: R) => void
}

/** An act of staff: each has one effect however often it is sent, and what it changed shows at once. */
export function useAct<T, R>({ form, body, act, done }: ActOptions<T, R>) {
  const client = useQueryClient()
  const last = useRef<MeantAct<T>>(undefined)
  const mutation = useMutation({
    mutationFn: (it: MeantAct<T>) => act(it.body, it.key),
    onSuccess: (answer) => {
      last.current = undefined
      done?.(answer)
    },
    onSettled: () => void client.invalidateQueries(),
  })
  const go = () => {
    last.current = meant(last.current, form, body, () => crypto.randomUUID())
    mutation.mutate(last.current)
  }
  return { go, isPending: mutation.isPending, error: mutation.error }
}
