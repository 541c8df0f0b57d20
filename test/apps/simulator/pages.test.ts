import { request } from 'undici'
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
