import fc from 'fast-check'
import { cleanText } from '#messages/clean'
import { emailSubject, limitText, subjectMax, telegramMax, telegramText } from '#messages/limits'

test('whatever comes in, a message fits its channel and stays well-formed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 9000 }), (text) => {
      const clean = cleanText(text)
      expect(clean.isWellFormed() && telegramText(clean).isWellFormed()).toBe(true)
      expect(telegramText(clean).length).toBeLessThanOrEqual(telegramMax)
      expect(emailSubject(text).length).toBeLessThanOrEqual(subjectMax)
      expect(emailSubject(text)).not.toMatch(/[\r\n\0]/)
    }),
  )
})

test('cuts between words, never through a pair', () => {
  expect(limitText('no service until tomorrow', 16)).toBe('no service…')
  expect(limitText('aaa😀😀', 5)).toBe('aaa…')
})
