import { useQuery } from '@tanstack/react-query'
import { api } from './api'
import { ApiError, isSignedOut } from './apiError'

/** The board is live; who is signed out is not asked again until they have signed in. */
const often = {
  refetchInterval: ({ state }: { readonly state: { readonly error: Error | null } }) => (isSignedOut(state.error) ? false : 2000),
} as const

export const useMe = () =>
  useQuery({ queryKey: ['me'], queryFn: ({ client }) => (client.getQueryData(['me']) ? api.me() : whoever()), ...often })

/** Before anybody is known: whether somebody is signed in at all, because a browser logs every refused request as an error. */
async function whoever() {
  const { signedIn } = await api.session()
  if (!signedIn) throw new ApiError(401, 'UNAUTHORIZED', 'Nobody is signed in.', '')
  return api.me()
}

export const useLines = (operator: string) =>
  useQuery({ queryKey: ['lines', operator], queryFn: () => api.lines(operator), enabled: operator !== '', ...often })
export const useDisruptions = () => useQuery({ queryKey: ['disruptions'], queryFn: api.disruptions, ...often })
export const useLine = (operator: string, line: string) =>
  useQuery({ queryKey: ['line', operator, line], queryFn: () => api.line(operator, line), enabled: line !== '', staleTime: 300_000 })

/** The operator that the person works for; every page stands inside the shell, which waits for it. */
export const useOperator = () => useMe().data?.operator ?? nobody
const nobody = { id: '', name: '', timezone: 'UTC', languages: [] } as const
