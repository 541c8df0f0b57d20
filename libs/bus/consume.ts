import { Catch, type ExceptionFilter, UseFilters, applyDecorators } from '@nestjs/common'
import { EventPattern } from '@nestjs/microservices'
import { throwError } from 'rxjs'
import type { Owns as Told } from './bus'
import type { Topic } from './topics'

/** What goes wrong in a handler goes on as it is: a throw means that broker or store are down, and the bus retries the batch. */
@Catch()
class RethrowFilter implements ExceptionFilter {
  catch(error: unknown) {
    return throwError(() => error)
  }
}

/**
 * Marks a controller's method as the handler of a topic for a consumer group: `handle(records: Received<T>[])`. It is called with a decoded
 * batch of one partition, in order; when it resolves, the batch is committed.
 */
export function Consume<T>(group: string, topic: Topic<T>): MethodDecorator {
  return applyDecorators(EventPattern<string>(pattern(group, topic.name)), UseFilters(new RethrowFilter()))
}

/**
 * Marks the method that is told which partitions this member owns of what a @Consume of the same group and topic takes, whenever they change
 * (Bus.consume). It must not throw, and nobody waits for it.
 */
export function Owns<T>(group: string, topic: Topic<T>): OwnsDecorator {
  return applyDecorators(EventPattern<string>(ownsPattern(group, topic.name)), UseFilters(new RethrowFilter()))
}

export type OwnsDecorator = <F extends Told>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<F>) => void

const ownsMark = 'owns '
export const ownsPattern = (group: string, topic: string): string => ownsMark + pattern(group, topic)
export const isOwnsPattern = (text: string): boolean => text.startsWith(ownsMark)

export const pattern = (group: string, topic: string): string => `${group}:${topic}`
export const parsePattern = (text: string): { group: string; topic: string } => {
  const at = text.indexOf(':')
  return { group: text.slice(0, at), topic: text.slice(at + 1) }
}
