import type { Language } from '#domain/operator'

/** Stands for the rider's manage link, which is known only once the change is written. */
export const manageLinkMark = '{manage}'

/**
 * What the bot says. Riders, and scripts that read their chats, tell an alert from an answer by its words: no answer speaks of minutes,
 * lateness, a way round or a time of ending (the test has the list).
 */
export interface Replies {
  readonly welcome: string
  readonly welcomeBack: (lines: string) => string
  readonly following: (lines: string) => string
  readonly which: (choices: string) => string
  readonly tooMany: string
  readonly stoppedLines: (lines: string) => string
  readonly left: (lines: string) => string
  readonly nothingLeft: string
  readonly stopped: string
  readonly stopWhich: (lines: string) => string
  readonly lines: (own: string, all: string) => string
  readonly noneYet: string
  readonly paused: (days: number) => string
  readonly resumed: string
  readonly language: string
  readonly whichLanguage: string
  readonly myData: string
  readonly unknownRider: string
  readonly help: string
  readonly notUnderstood: string
  readonly nearest: (lines: string) => string
  readonly and: string
}

const english: Replies = {
  welcome:
    'Welcome. Write the names of your lines, for example: U6 or 3, 12. You get a message when they are disrupted and when they run again. /lines shows all lines, STOP ends it.',
  welcomeBack: (lines) => `Welcome back. Your lines: ${lines}.\nChange: ${manageLinkMark}\nSTOP ends it.`,
  following: (lines) => `Your lines: ${lines}.\nDirections and times: ${manageLinkMark}\nSTOP ends it.`,
  which: (choices) => `Which one? Write ${choices}.`,
  tooMany: 'That is too much: 50 lines at most.',
  stoppedLines: (lines) => `No more messages about ${lines}.`,
  left: (lines) => `Still yours: ${lines}.`,
  nothingLeft: 'You follow no line now.',
  stopped: 'Stopped. You get no more messages. START turns them on again.',
  stopWhich: (lines) => `I do not know this line. Your lines: ${lines}. STOP alone ends everything.`,
  lines: (own, all) => `Your lines: ${own}.\nAll lines: ${all}.`,
  noneYet: 'none yet',
  paused: (days) => `Paused for ${days === 1 ? '1 day' : `${days} days`}. /resume ends it.`,
  resumed: 'Messages are on again.',
  language: 'From now on in English.',
  whichLanguage: 'Write /lang de or /lang en.',
  myData: `We keep your chat’s address (encrypted), your lines and times, your language, and when you agreed. See, download or delete it: ${manageLinkMark}`,
  unknownRider: 'We keep nothing about you. Write the name of a line to begin.',
  help: 'Write a line to follow it: U6 or 3, 12. STOP U6 ends one, STOP ends all.\n/lines · /pause · /lang · /mydata',
  notUnderstood: 'I only understand names of lines. U6 follows it, STOP U6 ends it. /lines shows all, /help the rest.',
  nearest: (lines) => `Did you mean ${lines}?`,
  and: 'or',
}

const german: Replies = {
  welcome:
    'Willkommen. Schreiben Sie die Namen Ihrer Linien, zum Beispiel: U6 oder 3, 12. Sie bekommen eine Nachricht, wenn sie gestört sind und wenn sie wieder fahren. /lines zeigt alle Linien, STOP beendet alles.',
  welcomeBack: (lines) => `Willkommen zurück. Ihre Linien: ${lines}.\nÄndern: ${manageLinkMark}\nSTOP beendet alles.`,
  following: (lines) => `Ihre Linien: ${lines}.\nRichtungen und Zeiten: ${manageLinkMark}\nSTOP beendet alles.`,
  which: (choices) => `Welche? Schreiben Sie ${choices}.`,
  tooMany: 'Das ist zu viel: höchstens 50 Linien.',
  stoppedLines: (lines) => `Keine Nachrichten mehr zu ${lines}.`,
  left: (lines) => `Weiter dabei: ${lines}.`,
  nothingLeft: 'Sie haben jetzt keine Linie mehr.',
  stopped: 'Angehalten. Sie bekommen keine Nachrichten mehr. START schaltet sie wieder ein.',
  stopWhich: (lines) => `Diese Linie kenne ich nicht. Ihre Linien: ${lines}. STOP allein beendet alles.`,
  lines: (own, all) => `Ihre Linien: ${own}.\nAlle Linien: ${all}.`,
  noneYet: 'noch keine',
  paused: (days) => `Pause für ${days === 1 ? '1 Tag' : `${days} Tage`}. /resume beendet sie.`,
  resumed: 'Die Nachrichten sind wieder an.',
  language: 'Ab jetzt auf Deutsch.',
  whichLanguage: 'Schreiben Sie /lang de oder /lang en.',
  myData: `Wir speichern die Adresse Ihres Chats (verschlüsselt), Linien und Zeiten, Ihre Sprache und wann Sie zugestimmt haben. Ansehen, herunterladen oder löschen: ${manageLinkMark}`,
  unknownRider: 'Wir haben nichts über Sie gespeichert. Schreiben Sie den Namen einer Linie, um anzufangen.',
  help: 'Eine Linie schreiben, um ihr zu folgen: U6 oder 3, 12. STOP U6 beendet eine, STOP alle.\n/lines · /pause · /lang · /mydata',
  notUnderstood: 'Ich verstehe nur Namen von Linien. U6 folgt ihr, STOP U6 beendet sie. /lines zeigt alle, /help den Rest.',
  nearest: (lines) => `Meinten Sie ${lines}?`,
  and: 'oder',
}

export const repliesIn = (language: Language): Replies => (language === 'de' ? german : english)
