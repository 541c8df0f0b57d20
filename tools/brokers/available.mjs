import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The full path of a program, or undefined. */
export function onPath(program) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, program)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // not here
    }
  }
  return undefined
}

const isGiven = (name) => Boolean(process.env[name])

/** What can be had: `undefined` = yes, else why not. */
export function available() {
  return {
    kafka: isGiven('LINIENFUNK_TEST_KAFKA') ? undefined : (missing('java', 'Java 17') ?? missing('mvn', 'Maven') ?? oldJava()),
    redis: isGiven('LINIENFUNK_TEST_REDIS') ? undefined : missing('redis-server', 'redis-server 7'),
  }
}

/** Throws, with the reason, when it cannot be had. */
export function mustHave(part) {
  const why = available()[part]
  if (why !== undefined) throw new Error(why)
}

const missing = (program, what) => (onPath(program) ? undefined : `${what} is missing: there is no "${program}" on the PATH.`)

function oldJava() {
  const major = javaVersion()
  return major >= 17 ? undefined : `Kafka 4 needs Java 17 or newer; the one on the PATH is ${major || 'broken'}.`
}

let version
function javaVersion() {
  try {
    version ??= Number(
      /version\s+(\d+)/.exec(execFileSync(onPath('java'), ['--version'], { encoding: 'utf8' }).replace('openjdk', 'version'))?.[1] ?? 0,
    )
  } catch {
    version = 0
  }
  return version
}
