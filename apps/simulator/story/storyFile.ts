import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeWhole } from '../durable'
import type { Story } from './storyTime'

/** The story of this folder: it goes on where its time is now, whether or not a process ran meanwhile. Other options begin another story. */
export function openStory(folder: string, wanted: Omit<Story, 'startedAt'>, nowMs: number): Story {
  const file = join(folder, 'story.json')
  const told = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Story) : undefined
  if (told && told.seed === wanted.seed && told.scenario === wanted.scenario && told.speed === wanted.speed) return told
  const story = { ...wanted, startedAt: Math.floor(nowMs / 1000) }
  writeWhole(file, JSON.stringify(story))
  return story
}
