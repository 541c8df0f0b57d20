/** What the bots wrote to the phones of the demo about disruptions, not in a conversation: {at, chat, text}, the oldest first. */
export async function told(city) {
  const messages = await (await fetch(`${city}/phone/messages.json`)).json()
  return messages.filter(({ text }) => !/^(Welcome|Willkommen|Your lines|Ihre Linien)/.test(text))
}

export const isAllClear = ({ text }) => /^(All clear|Störung beendet)/.test(text)

/** Texts that a chat has more than once: each one in the demo tells something else. */
export function twice(messages) {
  const texts = messages.map(({ chat, text }) => `${chat}: ${text}`)
  return texts.filter((text, index) => texts.indexOf(text) < index)
}
