import { resolve } from 'node:path'
import { Provider } from './provider'
import { record } from './upgrade'

/** node dist/test/faults/record.js ROOT-OF-THE-EARLIER-BUILD: makes test/faults/recorded anew, here. */
async function main(oldRoot: string): Promise<void> {
  const provider = await new Provider().start()
  await record(resolve(oldRoot), process.cwd(), provider)
  await provider.stop()
}

void main(process.argv[2] as string)
