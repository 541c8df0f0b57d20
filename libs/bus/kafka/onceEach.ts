/** Asks once a topic, however many wait for the answer; again when it failed. */
export function onceEach(ask: (topic: string) => Promise<void>): (topic: string) => Promise<void> {
  const asked = new Map<string, Promise<void>>()
  return (topic) => {
    const known = asked.get(topic)
    if (known) return known
    const asking = ask(topic)
    asked.set(topic, asking)
    asking.catch(() => asked.delete(topic))
    return asking
  }
}
