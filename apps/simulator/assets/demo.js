// The script of the demo's pages: runs in the browser, where the ports of the services do not exist.
/* oxlint-disable no-restricted-globals, no-restricted-properties */
const words = JSON.parse(document.body.dataset.texts)
const find = (id) => document.getElementById(id)

/** Asks again and again, one request at a time, and not while nobody looks. `show` gets undefined where the answer failed. */
function follow(everyMs, address, show) {
  const turn = async () => {
    if (!document.hidden) show(await ask(address()))
    setTimeout(turn, everyMs)
  }
  void turn()
}

async function ask(address) {
  try {
    const answer = await fetch(address, { headers: { accept: 'application/json' }, signal: AbortSignal.timeout(5000) })
    return answer.ok ? await answer.json() : undefined
  } catch {
    return undefined
  }
}

// ── the city ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

const drawn = new Map([...document.querySelectorAll('.vehicle')].map((circle) => [circle.dataset.id, circle]))
const classOf = new Map([...document.querySelectorAll('.track')].map((track) => [track.dataset.line, track.classList[1]]))

function showVehicles(vehicles) {
  const seen = new Set()
  for (const vehicle of vehicles) {
    seen.add(vehicle.id)
    const circle = drawn.get(vehicle.id) ?? drawNew(vehicle)
    circle.style.transform = `translate(${vehicle.x}px, ${vehicle.y}px)`
    circle.classList.toggle('late', vehicle.late >= 5)
  }
  for (const [id, circle] of drawn) {
    if (seen.has(id)) continue
    circle.remove()
    drawn.delete(id)
  }
  find('count').textContent = String(vehicles.length)
}

function drawNew(vehicle) {
  const circle = document.createElementNS('http://www.w3.org/2000/svg', 'circle')
  circle.setAttribute('class', `vehicle ${classOf.get(vehicle.line) ?? ''}`)
  circle.setAttribute('r', '0.4')
  find('vehicles').append(circle)
  drawn.set(vehicle.id, circle)
  return circle
}

// ── what is happening: announced when it changes, counted down in silence ─────────────────────────────────────────────────────────────

let story
let storyAt = 0

const clockFace = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`

function showStory() {
  if (!story) return
  const place = find('story')
  const happening = story.now.map((n) => n.text[words.language]).join(' ')
  place.classList.toggle('now', happening !== '')
  const left = Math.max(0, Math.round(story.next.inSeconds - (performance.now() - storyAt) / 1000))
  const when = happening || !story.justOver ? words.inTime : `${words.over} ${words.next}`
  const parts = happening ? [strong(`${words.now}:`), ` ${happening} `] : []
  parts.push(strong(`${when} ${clockFace(left)}:`), ` ${story.next.text[words.language]}`)
  place.setAttribute('aria-live', happening && place.dataset.told !== happening ? 'polite' : 'off')
  place.dataset.told = happening
  if (place.textContent !== parts.map((part) => part.textContent ?? part).join('')) place.replaceChildren(...parts)
}

function strong(text) {
  const element = document.createElement('strong')
  element.textContent = text
  return element
}

// ── the lines, from the public API ────────────────────────────────────────────────────────────────────────────────────────────────

function showLines(answer) {
  const lines = Array.isArray(answer) ? answer : (answer?.lines ?? [])
  for (const row of document.querySelectorAll('#lines li')) {
    showLine(
      row,
      lines.find((line) => line.name === row.dataset.name),
    )
  }
}

function showLine(row, line) {
  const status = line && line.status in words.status ? line.status : 'UNKNOWN'
  row.dataset.status = status
  setText(row.querySelector('.word'), line ? words.status[status] : words.loading)
  const headline = line?.disruptions?.map((d) => d.headline[words.language] ?? d.headline.de).join(' ') ?? ''
  const place = row.querySelector('.headline')
  place.hidden = headline === ''
  setText(place, headline)
  const track = [...document.querySelectorAll('.track')].find((t) => t.dataset.line === row.dataset.line)
  if (track) track.dataset.status = status
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text
}

// ── the phone ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

const phone = find('phone')
const chat = find('chat')
const read = {}

function showChat(view) {
  if (!view || view.person.toLowerCase() !== phone.dataset.person) return
  const atEnd = chat.scrollHeight - chat.scrollTop - chat.clientHeight < 80
  const wanted = new Set(view.bubbles.map((b) => b.id))
  for (const item of Array.from(chat.children)) if (!wanted.has(item.id)) item.remove()
  const before = chat.children.length
  for (const bubble of view.bubbles) if (!document.getElementById(bubble.id)) chat.append(bubbleOf(bubble, before > 0))
  if (atEnd && (chat.children.length !== before || before === 0)) chat.scrollTop = chat.scrollHeight
  showNews(view.counts)
}

function bubbleOf(bubble, isNew) {
  const template = document.createElement('template')
  template.innerHTML = bubble.html
  const item = template.content.firstElementChild
  item.classList.toggle('new', isNew)
  return item
}

/** How many messages came into the other person's chat since it was last looked at. */
function showNews(counts) {
  for (const link of phone.querySelectorAll('.people a')) {
    const name = link.dataset.person
    const count = Object.entries(counts).find(([person]) => person.toLowerCase() === name)?.[1] ?? 0
    if (name === phone.dataset.person || read[name] === undefined) read[name] = count
    const news = link.querySelector('.news')
    news.hidden = count <= read[name]
    setText(news, String(count - read[name]))
  }
}

function pickUp(link) {
  const { person } = link.dataset
  phone.dataset.person = person
  for (const other of phone.querySelectorAll('.people a')) other.toggleAttribute('aria-current', false)
  link.setAttribute('aria-current', 'true')
  find('write').elements.person.value = person
  for (const other of document.querySelectorAll('.top a[hreflang]')) {
    other.href = other.href.replace(/person=\w+/, `person=${person}`)
  }
  chat.replaceChildren()
  void refreshChat()
}

const chatAddress = () => `/phone/chat.json?person=${phone.dataset.person}`
const refreshChat = async () => showChat(await ask(chatAddress()))

async function send(form, button) {
  const body = JSON.stringify(Object.fromEntries(new FormData(form, button)))
  const answer = await fetch('/phone/say', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body,
  })
  if (answer.ok && form.id === 'write' && button?.name !== 'block') {
    form.elements.text.value = ''
    forgetPrepared()
  }
  chat.scrollTop = chat.scrollHeight
  await refreshChat()
}

/** What a link had prepared is sent: a reload does not prepare it again. */
function forgetPrepared() {
  const address = new URL(location.href)
  for (const name of ['bot', 'start']) address.searchParams.delete(name)
  history.replaceState(null, '', address)
}

phone.addEventListener('submit', (event) => {
  event.preventDefault()
  void send(event.target, event.submitter)
})
phone.querySelector('.people').addEventListener('click', (event) => {
  const link = event.target.closest('a')
  if (!link || event.metaKey || event.ctrlKey) return
  event.preventDefault()
  pickUp(link)
})

chat.scrollTop = chat.scrollHeight
follow(1000, chatAddress, showChat)
if (find('map')) {
  follow(
    2000,
    () => '/city/vehicles.json',
    (view) => {
      if (!view) return
      showVehicles(view.vehicles)
      story = view.story
      storyAt = performance.now()
      showStory()
    },
  )
  follow(2000, () => '/api/v1/operators/lindenau/lines', showLines)
  setInterval(showStory, 1000)
}
