import type { Clock } from '#domain/ports'
import { openDatabase } from '#sqlite/openDatabase'
import type { Bus } from './bus'
import { EmbeddedLog } from './embeddedLog'
import { schema } from './embeddedSchema'
import { LogBus } from './logBus'
import type { Report } from './recordLog'
import { keptByTopic } from './retention'

/**
 * The bus of one process on a file of node:sqlite: the default. An append is on disk when it resolves. One process a file (folderLock.ts).
 * Throws a DatabaseError when the file cannot be opened.
 */
export function embeddedBus(file: string, clock: Clock, report: Report = () => {}, kept = keptByTopic): Bus {
  return new LogBus(new EmbeddedLog(openDatabase(file, schema), clock.now, kept), clock, report)
}
