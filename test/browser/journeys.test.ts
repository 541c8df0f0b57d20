import type { Browser } from 'playwright-core'
import { type Application, startApplication } from './application'
import { hasChromium, startChromium } from './chromium'
import { demoJourney } from './demoJourney'
import { publicPagesAreOpenToAll, riderJourney } from './riderJourney'
import { staffJourney } from './staffJourney'

jest.setTimeout(180_000)

const skip = !hasChromium && !process.env.CI
if (skip) process.stdout.write('There is no /usr/bin/chromium: the journeys in the browser are not tested.\n')

;(skip ? describe.skip : describe)('in a browser, on the built application', () => {
  let application: Application
  let browser: Browser

  beforeAll(async () => {
    application = await startApplication('--speed', '2')
    browser = await startChromium()
  })

  afterAll(async () => {
    await browser?.close()
    await application?.stop()
  })

  test('the first alert arrives in the phone of the demo', () => demoJourney(browser, application))
  test('a rider subscribes without JavaScript, up to the messenger', () => riderJourney(browser, application))
  test('the public pages have no barriers', () => publicPagesAreOpenToAll(browser, application))
  test('the control room issues a notice and ends it', () => staffJourney(browser, application))
})
