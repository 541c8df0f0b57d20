import type { State } from './ports'

/**
 * The mark of a complete store: what topics hold of riders and cohorts stands in it, too. It is written last by whoever has filled the store
 * (the matcher from the topics, `migrate` from a state folder), and carries a fresh value each time, so that whoever remembers something of
 * the store notices when it has been lost and filled again in between.
 */
export const completeKey = 'store/complete'

/** undefined: the store is new, has lost everything, or is being filled. Nobody may conclude from what is missing in it. */
export async function generationOf(state: Pick<State, 'getMany'>): Promise<string | undefined> {
  const [mark] = await state.getMany([completeKey])
  return mark?.toString('latin1')
}

export const markComplete = (state: Pick<State, 'putMany'>, generation: string): Promise<void> =>
  state.putMany([{ key: completeKey, value: Buffer.from(generation, 'latin1') }])
