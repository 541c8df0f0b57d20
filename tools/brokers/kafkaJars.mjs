// What a broker needs and every start shares: the class path by Maven, formatted empty data folders, and a class-data archive that
// halves the start. Made once, under node_modules/.linienfunk; two that make it at the same time do not meet.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onPath } from './available.mjs'
import { keep } from './keep.mjs'
import { keystorePassword, propertiesOf, saslUser } from './kafkaProperties.mjs'
import { accepting, withFreePorts } from './ports.mjs'

const file = (name) => fileURLToPath(new URL(name, import.meta.url))
const cache = join(dirname(dirname(file('.'))), 'node_modules', '.linienfunk')
const inputs = ['pom.xml', 'log4j2.properties', 'kafkaProperties.mjs', 'kafkaJars.mjs'].map((name) => readFileSync(file(name)))

/** {classPath, archive, formatted(id), keystore, certificate}; the first time it takes half a minute. */
export async function kafkaJars() {
  const stamp = createHash('sha256').update(javaVersion())
  for (const input of inputs) stamp.update(input)
  const folder = join(cache, `kafka-${stamp.digest('hex').slice(0, 12)}`)
  if (!isWhole(folder)) await make(folder)
  return {
    classPath: readFileSync(join(folder, 'classpath'), 'utf8'),
    archive: join(folder, 'classes.jsa'),
    formatted: (id) => join(folder, `node-${id}`),
    keystore: join(folder, 'keystore.p12'),
    certificate: join(folder, 'certificate.pem'),
  }
}

/** The command line of a Java program of Kafka. */
export const javaArgs = (classPath, more, main, ...rest) => [
  '-Xmx256m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  // Else a killed JVM leaves a file in the temp folder.
  '-XX:-UsePerfData',
  `-Dlog4j2.configurationFile=${file('log4j2.properties')}`,
  ...more,
  '-cp',
  classPath,
  main,
  ...rest,
]

const javaVersion = () => execFileSync(onPath('java'), ['--version'], { encoding: 'utf8' })

const isWhole = (folder) =>
  existsSync(join(folder, 'classes.jsa')) &&
  readFileSync(join(folder, 'classpath'), 'utf8')
    .split(delimiter)
    .every((jar) => existsSync(jar))

async function make(folder) {
  console.error('Fetching Kafka 4.1.1 by Maven and preparing it (half a minute, once) …')
  mkdirSync(cache, { recursive: true })
  const unfinished = mkdtempSync(join(cache, 'kafka-making-'))
  try {
    const classPath = fetched(unfinished)
    for (const id of [1, 2, 3]) format(unfinished, classPath, id)
    certify(unfinished)
    await archiveClasses(unfinished, classPath)
    rmSync(folder, { recursive: true, force: true })
    renameSync(unfinished, folder)
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true })
    if (!isMade(folder)) throw error
  }
}

/** Somebody else was faster. */
const isMade = (folder) => existsSync(folder) && isWhole(folder)

function fetched(folder) {
  const out = join(folder, 'classpath')
  const options = ['-q', '-B', '-f', file('pom.xml'), 'dependency:build-classpath', `-Dmdep.outputFile=${out}`]
  execFileSync(onPath('mvn'), options, { stdio: ['ignore', 2, 2] })
  return readFileSync(out, 'utf8').trim()
}

/** The data folder of a node before its first start: the same for every cluster of tests, so it is copied. */
function format(folder, classPath, id) {
  const { username, password } = saslUser
  const properties = join(folder, 'format.properties')
  writeFileSync(
    properties,
    propertiesOf({ id, dir: join(folder, `node-${id}`), nodes: [1, 2, 3].map((id) => ({ id, port: 1, controllerPort: 2 })) }),
  )
  const users = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((kind) => ['--add-scram', `${kind}=[name=${username},password=${password}]`])
  const args = javaArgs(classPath, [], 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', properties, ...users)
  execFileSync(onPath('java'), args, { stdio: ['ignore', 'ignore', 2] })
  rmSync(properties)
}

/** The key of the TLS port, for the loopback, and its certificate, which is its own authority; keytool is part of Java. */
function certify(folder) {
  const keytool = onPath('keytool')
  if (!keytool) return
  const store = ['-keystore', join(folder, 'keystore.p12'), '-storepass', keystorePassword, '-alias', 'broker']
  const about = ['-keyalg', 'EC', '-dname', 'CN=localhost', '-ext', 'san=ip:127.0.0.1,dns:localhost', '-validity', '3650']
  execFileSync(keytool, ['-genkeypair', ...store, ...about], { stdio: ['ignore', 'ignore', 'ignore'] })
  const out = ['-file', join(folder, 'certificate.pem')]
  execFileSync(keytool, ['-exportcert', '-rfc', ...store, ...out], { stdio: ['ignore', 'ignore', 'ignore'] })
}

/** Any 16 bytes in base64url. */
const clusterId = 'bGluaWVuZnVua3Rlc3QAAA'

/** One short life of a broker, ended politely: the JVM writes down the classes it has met. */
async function archiveClasses(folder, classPath) {
  const keeper = await keep()
  try {
    await withFreePorts(2, async ([port, controllerPort]) => {
      const dir = join(keeper.folder, 'data')
      cpSync(join(folder, 'node-1'), dir, { recursive: true })
      const properties = join(keeper.folder, 'broker.properties')
      writeFileSync(properties, propertiesOf({ id: 1, dir, nodes: [{ id: 1, port, controllerPort }] }))
      const more = [`-XX:ArchiveClassesAtExit=${join(folder, 'classes.jsa')}`]
      const server = await keeper.run('broker', onPath('java'), javaArgs(classPath, more, 'kafka.Kafka', properties))
      await accepting(port, server)
      await keeper.signal('broker', 'SIGTERM')
      await keeper.exit(server)
    })
  } finally {
    await keeper.end()
  }
}
