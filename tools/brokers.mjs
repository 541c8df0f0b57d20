// The real parts for tests: Apache Kafka and Redis on free loopback ports, with data of their own, gone when the test is.
//   node tools/brokers.mjs [--kafka 1|3] [--redis 1|3]    says where they are, as JSON, and runs until it or its parent ends
// LINIENFUNK_TEST_KAFKA (host:port,…) and LINIENFUNK_TEST_REDIS (URL,…) name running ones that are taken instead.
import { pathToFileURL } from 'node:url'
import { ownKafka } from './brokers/kafka.mjs'
import { ownRedis } from './brokers/redis.mjs'

export { available } from './brokers/available.mjs'

/**
 * A Redis with appendonly, appendfsync always and noeviction; `nodes: 3` is a cluster of three masters. Answers {url, urls, cluster,
 * signal(node, 'SIGSTOP'), kill(node), start(node), stop()}; a given one has only stop.
 */
export async function startRedis({ nodes = 1 } = {}) {
  const given = process.env.LINIENFUNK_TEST_REDIS
  if (!given) return ownRedis(nodes)
  const urls = given.split(',')
  return { url: urls[0], urls, cluster: urls.length > 1, stop: async () => {} }
}

/**
 * Apache Kafka 4.1.1 in KRaft mode, one node or three. Answers {brokers: ['127.0.0.1:port'], signal(node, 'SIGSTOP'), kill(node), end(node),
 * start(node), stop()}; a given one has only stop. `advertised`: the ports by which the nodes tell clients to reach them, where a proxy stands before them.
 * `secure`: one node, which also has a port that asks for a password and one that speaks TLS: see the answer's `secure`.
 */
export async function startKafka({ nodes = 1, advertised, secure = false } = {}) {
  const given = process.env.LINIENFUNK_TEST_KAFKA
  return given ? { brokers: given.split(','), stop: async () => {} } : ownKafka(nodes, advertised, secure)
}

/** Both as wanted, side by side: `start({ kafka: 3, redis: 1 })`; what is not named is not started. */
export async function start({ kafka, redis }) {
  const starting = [kafka && startKafka({ nodes: kafka }), redis && startRedis({ nodes: redis })]
  const parts = await Promise.allSettled(starting)
  const stop = async () => {
    await Promise.all(parts.map(({ value }) => value && value.stop()))
  }
  const failed = parts.find((part) => part.status === 'rejected')
  if (failed) {
    await stop()
    throw failed.reason
  }
  return { kafka: parts[0].value || undefined, redis: parts[1].value || undefined, stop }
}

async function command(args) {
  const nodes = (name) => Number(args[args.indexOf(`--${name}`) + 1]) || 1
  const has = (name) => args.includes(`--${name}`)
  const all = !has('kafka') && !has('redis')
  const parts = await start({
    kafka: all ? 1 : has('kafka') && nodes('kafka'),
    redis: all ? 1 : has('redis') && nodes('redis'),
  })
  console.log(JSON.stringify({ kafka: parts.kafka?.brokers, redis: parts.redis?.urls }))
  const end = () => void parts.stop().then(() => process.exit(0))
  const parent = process.ppid
  setInterval(() => process.ppid === parent || end(), 500)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end)
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  command(process.argv.slice(2)).catch((error) => {
    console.error(error.message)
    process.exit(1)
  })
}
