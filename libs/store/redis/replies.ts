/** Replies as values. A reply of another kind is a fault of the code, not of the data: it throws a TypeError. */
export function bytesOf(reply: unknown): Buffer | undefined {
  if (reply === null || reply === undefined) return undefined
  if (Buffer.isBuffer(reply)) return reply
  throw new TypeError(`Redis: bytes expected, got ${typeof reply}`)
}

export const numberOf = (reply: unknown): number => Number(Buffer.isBuffer(reply) ? reply.toString('latin1') : (reply ?? 0))

export function listOf(reply: unknown): (Buffer | undefined)[] {
  if (reply === null || reply === undefined) return []
  if (Array.isArray(reply)) return reply.map(bytesOf)
  throw new TypeError(`Redis: a list expected, got ${typeof reply}`)
}

/** Items that stand by turns: name, value, name, value. */
export const pairsOf = (reply: unknown): (readonly [Buffer, Buffer])[] => {
  const items = listOf(reply)
  return items.flatMap((item, i) => (i % 2 === 0 && item ? [[item, items[i + 1] ?? Buffer.alloc(0)] as const] : []))
}

/** Members of a sorted set with their scores, as RESP3 gives them: pairs. */
export function scoresOf(reply: unknown): (readonly [string, number])[] {
  if (!Array.isArray(reply)) throw new TypeError(`Redis: a list expected, got ${typeof reply}`)
  return reply.map((pair: unknown) => {
    const [member, score] = pair as [Buffer, number]
    return [member.toString(), Number(score)] as const
  })
}
