// Loaded by `node --require` before a process under test starts: crash points, planted bugs, a clock that jumps. What it does is in FAULT
// (JSON: {root, crash: {point, nth}, plant, clockFile, deadly}); without it, it only ends the process when the harness is gone.
const { readFileSync } = require('node:fs')
const { join } = require('node:path')
const { isMainThread } = require('node:worker_threads')

const fault = JSON.parse(process.env.FAULT ?? '{}')
/** Index = the state byte of a slot (libs/domain/slot.ts). */
const [, claimed, sent] = [0, 1, 2]
const slotBytes = 8

if (isMainThread) {
  const parent = process.ppid
  setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), 500).unref()
  if (fault.clockFile) jumpingClock(fault.clockFile)
  if (fault.crash || fault.plant || fault.deadly) infect()
}

/** The wall clock is off by so many milliseconds as the file says. */
function jumpingClock(file) {
  const real = Date.now
  let shift = 0
  const read = () => (shift = Number(readFileSync(file, 'utf8')) || 0)
  read()
  setInterval(read, 50).unref()
  Date.now = () => real() + shift
}

function infect() {
  const opening = require(join(fault.root, 'dist/libs/service/openPlatform.js'))
  const open = opening.openPlatform
  opening.openPlatform = async (...args) => {
    const platform = await open(...args)
    // A planted bug lies under the crash point, which looks at what the product meant to write.
    plants[fault.plant]?.(platform)
    if (fault.crash) crashPoints(platform, fault.crash)
    if (fault.deadly) deadlyRecords(platform.bus, fault.deadly)
    return platform
  }
}

/** `before` and `after` are called around the method; the first may change the arguments, the second gets what it resolved to. */
function around(object, name, { before = (args) => args, after = (result) => result }) {
  const original = object[name].bind(object)
  object[name] = async (...args) => after(await original(...before(args)), args)
}

const topic = (name) => (given) => given.startsWith(name)
const holds = (state) => (writes) => writes.some(({ slots }) => slots.some((byte, i) => i % slotBytes === 0 && byte === state))
const delivery = ({ method, url }) => method === 'POST' && !url.endsWith('/getUpdates')

function crashPoints({ bus, store, net }, { point, nth }) {
  let left = nth
  const hit = (when = true) => when && --left === 0 && process.kill(process.pid, 'SIGKILL')
  const before = (when) => (args) => (hit(when(...args)), args)
  const after = (when) => (result, args) => (hit(when(...args)), result)
  const points = {
    'after-read': () => handlers(bus, (handle, name) => (batch) => (hit(name === 'observations'), handle(batch))),
    detect: () => around(bus, 'append', { before: before(topic('disruptions')) }),
    outbox: () => around(bus, 'append', { after: after(topic('disruptions')) }),
    'fan-out': () => around(store.cohorts, 'openAll', { after: after(() => true) }),
    dispatch: () => around(bus, 'append', { after: after(topic('dispatch.')) }),
    claim: () => around(store.cohorts, 'writeChunks', { after: after(holds(claimed)) }),
    send: () => around(net, 'request', { after: after(delivery) }),
    mark: () => around(store.cohorts, 'writeChunks', { before: before(holds(sent)) }),
    commit: () =>
      handlers(bus, (handle, name) => async (batch) => {
        await handle(batch)
        hit(name.startsWith('dispatch.'))
      }),
  }
  points[point]()
}

/** A record that ends the process that handles it. */
function deadlyRecords(bus, mark) {
  const isDeadly = ({ value }) => value !== null && Buffer.from(value).includes(mark)
  handlers(bus, (handle) => (batch) => {
    if (batch.records.some(isDeadly)) process.kill(process.pid, 'SIGKILL')
    return handle(batch)
  })
}

function handlers(bus, wrap) {
  const consume = bus.consume.bind(bus)
  bus.consume = (topic, group, handle, ...more) => consume(topic, group, wrap(handle, topic), ...more)
}

const plants = {
  /** Slots are called sent in the moment in which they are claimed. */
  'mark-before-send': ({ store }) =>
    around(store.cohorts, 'writeChunks', {
      before: ([writes]) => [
        writes.map((write) => {
          const slots = Buffer.from(write.slots)
          for (let at = 0; at < slots.length; at += slotBytes) if (slots[at] === claimed) slots.set([sent, slots[at + 1] + 1], at)
          return { ...write, slots }
        }),
      ],
    }),
  /** A batch with a notice is committed before anything was done about it; the crash comes when the staff have their answer. */
  'commit-before-work': ({ bus }) =>
    handlers(bus, (handle, name) => async (batch) => {
      if (name !== 'observations' || !batch.records.some(({ value }) => Buffer.from(value ?? []).includes('notice-'))) return handle(batch)
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), 4000)
    }),
  /** Nothing of the ledger reaches the disk. */
  'no-ledger': ({ store }) => {
    store.cohorts.writeChunks = async () => []
  },
  /** Nothing ever ends. */
  'no-expiry': () => {
    const judging = require(join(fault.root, 'dist/apps/send/judgeFacts.js'))
    const judge = judging.judgeFacts
    judging.judgeFacts = (...args) => {
      const verdict = judge(...args)
      return typeof verdict === 'string' ? verdict : 'send'
    }
  },
}
