export type Language = 'de' | 'en'

/** `?lang=` wins, then the browser's order of languages; German is the city's own. */
export function chooseLanguage(wanted: string | undefined, accepted: string | undefined): Language {
  if (wanted === 'de' || wanted === 'en') return wanted
  const order = (accepted ?? '').split(',').map((entry) => entry.trim().slice(0, 2).toLowerCase())
  return order.find((l): l is Language => l === 'de' || l === 'en') ?? 'de'
}

const de = {
  title: 'Lindenau live',
  demo: 'Demo: simulierte Stadt',
  intro:
    'Lindenau gibt es nicht. Wenn dort etwas nicht fährt, erkennt Linienfunk es allein an den Daten der Verkehrsbetriebe und schreibt Anna und Ben aufs Telefon.',
  inTime: 'In',
  now: 'Jetzt',
  over: 'Vorbei.',
  next: 'Als Nächstes in',
  map: 'Liniennetz mit den fahrenden Fahrzeugen',
  lines: 'Linien',
  vehicles: 'Fahrzeuge unterwegs',
  status: { GOOD: 'läuft', MINOR: 'gestört', MAJOR: 'stark gestört', UNKNOWN: 'unbekannt' },
  loading: 'wird geladen',
  phone: 'Telefon',
  phoneOf: 'Telefon von',
  messages: 'Nachrichten',
  empty: 'Noch keine Nachrichten.',
  to: 'An',
  write: 'Nachricht',
  placeholder: 'z. B. U1 oder STOP 3',
  send: 'Senden',
  block: 'Blockieren',
  subscribe: 'Abonnieren',
  statusPage: 'Status',
  console: 'Leitstelle',
  api: 'API',
  language: 'English',
  other: 'en',
  home: 'Zur Stadt',
  noScript: 'Ohne Skript steht diese Seite still. Neu laden zeigt, was inzwischen geschah.',
  nav: 'Seiten',
} as const

type Texts = {
  readonly [K in keyof typeof de]: (typeof de)[K] extends string ? string : Readonly<Record<'GOOD' | 'MINOR' | 'MAJOR' | 'UNKNOWN', string>>
}

const en: Texts = {
  title: 'Lindenau live',
  demo: 'demo: simulated city',
  intro:
    'Lindenau does not exist. When something does not run there, Linienfunk finds out from the operators’ feeds alone, and writes to Anna’s and Ben’s phones.',
  inTime: 'In',
  now: 'Now',
  over: 'Over.',
  next: 'Next in',
  map: 'Map of the lines with the running vehicles',
  lines: 'Lines',
  vehicles: 'vehicles running',
  status: { GOOD: 'good service', MINOR: 'disrupted', MAJOR: 'badly disrupted', UNKNOWN: 'unknown' },
  loading: 'loading',
  phone: 'Phone',
  phoneOf: 'Phone of',
  messages: 'Messages',
  empty: 'No messages yet.',
  to: 'To',
  write: 'Message',
  placeholder: 'e.g. U1 or STOP 3',
  send: 'Send',
  block: 'Block',
  subscribe: 'Subscribe',
  statusPage: 'Status',
  console: 'Control room',
  api: 'API',
  language: 'Deutsch',
  other: 'de',
  home: 'To the city',
  noScript: 'Without a script this page stands still. Reload it to see what has happened.',
  nav: 'Pages',
}

export const texts: Readonly<Record<Language, Texts>> = { de, en }
