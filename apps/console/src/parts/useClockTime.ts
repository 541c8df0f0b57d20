import { useOperator } from '../api/useApi'
import { useWords } from '../words/useWords'
import { clockTime, nowSeconds } from './time'

/** Times of day in the operator's zone, wherever the browser stands. */
export function useClockTime(): (at: number) => string {
  const { timezone } = useOperator()
  const { language } = useWords()
  return (at) => clockTime(at, nowSeconds(), timezone, language)
}
