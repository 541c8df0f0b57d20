import type { Scenario } from '../scenarios'

/** What decides everything that will ever happen in the city. */
export interface Story {
  readonly seed: string
  readonly scenario: Scenario
  /** Story seconds a second. */
  readonly speed: number
  /** Epoch seconds. */
  readonly startedAt: number
}

/** Epoch seconds of a moment of the story. */
export const timeOf = (story: Story, storySeconds: number): number => story.startedAt + storySeconds / story.speed

/** The moment of the story at an instant. */
export const storySecondsAt = (story: Story, at: number): number => (at - story.startedAt) * story.speed
