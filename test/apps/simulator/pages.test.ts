import { request } from 'undici'
import { demoSettings } from '#apps/simulator/demoSettings'
import type { OperatorSettings } from '#service/settings'
import { freshFolder, startOutside } from './outside'

const open = async (url: string, language: string) => {
  const answer = await request(url, { headers: { 'accept-language': language } })
  return { page: await answer.body.text(), headers: answer.headers, status: answer.statusCode }
}

test('the pages stand in the language of the visitor, without a script or style of their own, and show messages as text', async () => {
  const outside = await startOutside({ folder: freshFolder() })
  const text = '<script>alert(1)</script> https://example.org/x?a=1&b=2.'
  await request(`${outside.url}/phone/bot1001:demo-lindenau-is-no-secret/sendMessage`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ chat_id: 1001, text }),
  }) // prettier-ignore
  const german = await open(`${outside.url}/`, 'de-AT,de;q=0.9')
  const english = await open(`${outside.url}/phone?person=anna`, 'en-GB')
  expect(german.headers['content-security-policy']).toMatch(/^default-src 'self'/)
  expect(german.page).toContain('<html lang="de">')
  expect(german.page).toContain('simulierte Stadt')
  expect(english.page).toContain('<html lang="en">')
  expect((await open(`${outside.url}/?lang=en`, 'de')).page).toContain('simulated city')
  for (const { page } of [german, english]) {
    expect(page).not.toMatch(/<script(?![^>]*src=)|<style| style=| on\w+=/)
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(page).toContain('href="https://example.org/x?a=1&amp;b=2"')
    const own = [...page.matchAll(/(?:href|src)="(\/demo\/[^"]+)"/g)].map((m) => m[1])
    expect(own.length).toBe(3)
    for (const path of own) expect((await open(outside.url + path, 'de')).status).toBe(200)
  }
  await outside.stop()
})

test('it opens with the person who speaks the language of the page', async () => {
  const outside = await startOutside({ folder: freshFolder() })
  const person = async (path: string) => /data-person="(\w+)"/.exec((await open(outside.url + path, 'en-GB')).page)?.[1]
  expect([await person('/'), await person('/?lang=de'), await person('/phone'), await person('/?lang=en&person=anna')]).toEqual(['ben', 'anna', 'ben', 'anna'])
  const otherLanguage = async (path: string) => /href="([^"]+)" lang="\w+" hreflang/.exec((await open(outside.url + path, 'en-GB')).page)?.[1]
  expect([await otherLanguage('/?lang=de'), await otherLanguage('/?lang=de&person=ben')]).toEqual(['/?lang=en', '/?lang=en&amp;person=ben'])
  await outside.stop()
}) // prettier-ignore

test('the link to the messenger leads to the phone, with the message for this bot prepared; one tap on Send sends it', async () => {
  const outside = await startOutside({ folder: freshFolder() })
  const [, { channels }] = demoSettings({ port: Number(new URL(outside.url).port), host: '127.0.0.1', tokens: {} }) as [unknown, OperatorSettings]
  const { bot = '', startUrl = '' } = channels.telegram ?? {}
  const link = startUrl.replace('{bot}', bot).replace('{token}', 'abc_D-1')
  const { page } = await open(link, 'en')
  expect(page).toContain('value="/start abc_D-1"')
  expect(page).toContain('<option value="seebach" selected>')
  expect(page).toContain(`person=anna&amp;lang=en&amp;bot=${bot}&amp;start=abc_D-1`)
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' }
  await request(`${outside.url}/phone/say`, { method: 'POST', headers, body: 'person=ben&operator=seebach&text=%2Fstart+abc_D-1&page=%2Fphone' })
  expect((await open(`${outside.url}/phone`, 'en')).page).toContain('<p lang="en">/start abc_D-1</p>')
  for (const bad of ['start=%22%3E%3Cscript%3E', 'start=a&start=b', ''])
    expect((await open(`${outside.url}/phone?bot=${bot}&${bad}`, 'en')).page).toMatch(/name="text"[^>]* value=""/)
  await outside.stop()
}) // prettier-ignore

test('a visitor without a script writes by the form and comes back to the page; a page of another site may not', async () => {
  const outside = await startOutside({ folder: freshFolder() })
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' }
  const body = 'person=ben&operator=seebach&text=22&page=%2F&lang=en'
  const answer = await request(`${outside.url}/phone/say`, { method: 'POST', headers, body })
  expect([answer.statusCode, answer.headers.location]).toEqual([303, '/?person=ben&lang=en'])
  expect((await open(`${outside.url}/phone?person=ben`, 'en')).page).toContain('<p lang="en">22</p>')
  const blocked = await request(`${outside.url}/phone/say`, { method: 'POST', headers, body: `${body}&block=yes` })
  expect(blocked.statusCode).toBe(303)
  expect((await open(`${outside.url}/phone?person=ben`, 'en')).page).toContain('bot blocked')
  const foreign = await request(`${outside.url}/phone/say`, {
    method: 'POST',
    headers: { ...headers, 'sec-fetch-site': 'cross-site' },
    body,
  })
  expect(foreign.statusCode).toBe(403)
  await outside.stop()
})
