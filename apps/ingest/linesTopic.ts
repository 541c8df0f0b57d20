import type { Bus } from '#bus/bus'
import { lines as linesTopic } from '#bus/topics'
import { erase, followTopic, publish } from '#bus/typed'
import type { Line } from '#domain/line'
import type { Logger } from '#service/log'

/** The lines of one operator as the topic has them: only what differs is written, and what is no longer there gets a tombstone. */
export class LinesTopic {
  private readonly known = new Map<string, Line>()

  private constructor(
    private readonly bus: Bus,
    private readonly operator: string,
  ) {}

  /** Reads what an earlier process has written. */
  static async open(bus: Bus, operator: string, log: Logger): Promise<LinesTopic> {
    const topic = new LinesTopic(bus, operator)
    const prefix = `${operator}/`
    const follower = await followTopic(
      bus,
      linesTopic,
      (records) => {
        for (const { key, value } of records) {
          if (!key?.startsWith(prefix)) continue
          if (value) topic.known.set(value.id, value)
          else topic.known.delete(key.slice(prefix.length))
        }
      },
      (reason) => log.warn({ operator, reason }, 'a line could not be read; it is written again'),
    )
    await follower.caughtUp()
    await follower.stop()
    return topic
  }

  lines(): ReadonlyMap<string, Line> {
    return this.known
  }

  /** Makes the topic say exactly this. Rejects when the bus is down; then call again. */
  async write(lines: readonly Line[]): Promise<void> {
    const bytes = (line: Line) => Buffer.from(linesTopic.codec.encode(line))
    const changed = lines.filter((line) => {
      const before = this.known.get(line.id)
      return !before || (before !== line && !bytes(before).equals(bytes(line)))
    })
    if (changed.length > 0) await publish(this.bus, linesTopic, changed)
    for (const line of changed) this.known.set(line.id, line)
    const present = new Set(lines.map((line) => line.id))
    for (const line of [...this.known.values()].filter((l) => !present.has(l.id))) {
      await erase(this.bus, linesTopic, line)
      this.known.delete(line.id)
    }
  }
}
