import { assert, constantFrom, integer, property } from 'fast-check'
import { lindenau } from '#apps/simulator/plan/lindenau'
import { storyLine } from '#apps/simulator/pages/storyLine'
import { scenarios } from '#apps/simulator/scenarios'
import { incidentsWithin, nextIncident } from '#apps/simulator/story/story'
import type { Story } from '#apps/simulator/story/storyTime'
import { vehiclesView } from '#apps/simulator/world/vehiclesView'
import { worldAt } from '#apps/simulator/world/world'

const startedAt = Date.parse('2026-11-24T13:00:00Z') / 1000
const tell = (over: Partial<Story> = {}): Story => ({ seed: '1', scenario: 'breakdown', speed: 1, startedAt, ...over })
const viewAt = (story: Story, at: number) =>
  vehiclesView(worldAt(lindenau, story, at), incidentsWithin(story, at - 25, at), nextIncident(story, at)).story
const said = (after: number) => storyLine(viewAt(tell(), startedAt + after), 'en').markup.replace(/<[^>]+>/g, '')

test('the sentence says what happens, and in how many seconds the next thing: it begins, gets worse, is over, and again', () => {
  expect(said(3)).toBe('In 0:12: Tram 3 will be stuck.')
  expect(said(20)).toMatch(/^Now: Tram 3 is stuck between .+ and .+\. In 0:25: Tram 3 will be later still\.$/)
  expect(said(50)).toMatch(/^Now: Tram 3 is stuck .+ In 0:25: Tram 3 will move on\.$/)
  expect(said(80)).toMatch(/^Over\. Next in \d:\d\d: /)
  expect(said(110)).toMatch(/^In \d:\d\d: /)
})

test('whatever is told: the next thing is ahead, and when it comes the story has changed', () => {
  assert(
    property(
      integer({ min: 0, max: 1e6 }).map(String),
      constantFrom(...scenarios),
      integer({ min: 0, max: 3600 }),
      (seed, scenario, after) => {
        const story = tell({ seed, scenario })
        const at = startedAt + after
        const { next } = viewAt(story, at)
        expect(next.inSeconds).toBeGreaterThan(0)
        expect(viewAt(story, at + next.inSeconds).next).not.toEqual(next)
      },
    ),
    { numRuns: 50 },
  )
})
