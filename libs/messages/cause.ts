import type { Story } from './story'

/** Last, and only once: an update does not repeat it. What is not known of something detected is said. */
export function reason(story: Story): string {
  if (story.before) return ''
  const cause = story.words.cause[story.disruption.cause]
  if (cause) return story.words.reason(cause)
  return story.disruption.cause === 'UNKNOWN_CAUSE' && story.disruption.origin === 'DETECTED' ? story.words.causeUnknown : ''
}
