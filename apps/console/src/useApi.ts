import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from './api'

const often = { refetchInterval: 2000, refetchIntervalInBackground: false }

export const useMe = () => useQuery({ queryKey: ['me'], queryFn: api.me, ...often })
export const useLines = (operator: string) => useQuery({ queryKey: ['lines', operator], queryFn: () => api.lines(operator), ...often })
export const useDisruptions = () => useQuery({ queryKey: ['disruptions'], queryFn: api.disruptions, ...often })

/** An act of staff; what it changed shows at once. */
export function useAct<T>(act: (input: T) => Promise<unknown>, done?: () => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSuccess: async () => {
      await client.invalidateQueries()
      done?.()
    },
  })
}
