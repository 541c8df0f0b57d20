import { transit_realtime as rt } from 'gtfs-realtime-bindings'
import { request } from 'undici'
import { fromBuffer } from 'yauzl'
import { demoSettings } from '#apps/simulator/demoSettings'
import { feedNames } from '#apps/simulator/feeds/snapshot'
import { VirtualClock } from '#service/virtualClock'
import { freshFolder, startOutside } from './outside'

const names = (zip: Buffer) =>
  new Promise<string[]>((resolve, reject) => {
    const found: string[] = []
    fromBuffer(zip, { lazyEntries: true, validateEntrySizes: true }, (error, file) => {
      if (error) return reject(error)
      file.on('entry', (entry) => {
        found.push(entry.fileName)
        file.openReadStream(entry, (e, stream) => (e ? reject(e) : stream.on('end', () => file.readEntry()).resume()))
      })
      file.on('end', () => resolve(found))
      file.readEntry()
    })
  })

test('the demo settings lead to feeds that decode, are unchanged until the next two seconds, and come packed on request', async () => {
  const clock = new VirtualClock()
  const outside = await startOutside({ folder: freshFolder(), clock })
  const operators = demoSettings({ port: Number(new URL(outside.url).port), host: '0.0.0.0', tokens: { lindenau: 'x' } })
  for (const operator of operators) {
    expect(await names(Buffer.from(await (await request(operator.timetable.url ?? '')).body.arrayBuffer()))).toContain('stop_times.txt')
    expect(operator.feeds.map((f) => f.id)).toEqual(feedNames)
    for (const { url } of operator.feeds) {
      const first = await request(url)
      const message = rt.FeedMessage.decode(Buffer.from(await first.body.arrayBuffer()))
      expect(Number(message.header.timestamp) * 1000).toBe(clock.now())
      const etag = String(first.headers.etag)
      expect((await request(url, { headers: { 'if-none-match': etag } })).statusCode).toBe(304)
      expect((await request(url, { headers: { 'if-modified-since': String(first.headers['last-modified']) } })).statusCode).toBe(304)
      expect((await request(url, { headers: { 'accept-encoding': 'gzip' } })).headers['content-encoding']).toBe('gzip')
    }
  }
  const url = operators[0]?.feeds[0]?.url ?? ''
  const { etag } = (await request(url)).headers
  await clock.advance(2000)
  expect((await request(url, { headers: { 'if-none-match': String(etag) } })).statusCode).toBe(200)
  await outside.stop()
})

test('the story goes on while no process runs, and other options begin another one', async () => {
  const folder = freshFolder()
  const clock = new VirtualClock()
  const truth = async (options: { seed?: string } = {}) => {
    const outside = await startOutside({ folder, clock, ...options })
    const answer = (await (await request(`${outside.url}/city/truth.json`)).body.json()) as {
      startedAt: string
      incidents: { id: string }[]
    }
    await outside.stop()
    return answer
  }
  const first = await truth()
  await clock.advance(40_000)
  const later = await truth()
  expect(later.startedAt).toBe(first.startedAt)
  expect(later.incidents.slice(0, 10)).toEqual(first.incidents.slice(0, 10))
  expect((await truth({ seed: '2' })).startedAt).toBe(new Date(clock.now()).toISOString())
})

test('in the outage the operator answers 503 without a fault, the other one does not care', async () => {
  const clock = new VirtualClock()
  const outside = await startOutside({ folder: freshFolder(), clock, scenario: 'feed-outage' })
  const answer = (operator: string) => request(`${outside.url}/city/${operator}/trip-updates.pb`)
  const status = async (operator: string) => (await answer(operator)).statusCode
  const seen = [await status('lindenau')]
  for (const ms of [60_000, 60_000]) {
    await clock.advance(ms)
    // Its own answer: an exception would come as JSON, and be logged as a fault of the process.
    if (seen.length === 1) expect(await (await answer('lindenau')).body.text()).toBe('The feed is out of order.')
    seen.push(await status('lindenau'))
    expect(await status('seebach')).toBe(200)
  }
  expect(seen).toEqual([200, 503, 200])
  expect(await status('atlantis')).toBe(404)
  await outside.stop()
})
