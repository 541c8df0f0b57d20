// npm test [-- jest options]: installs and builds what is missing, checks types and style, runs the tests under Node 24.
import { join } from 'node:path'
import { become, install, root, run } from './node24.mjs'
import { available } from './brokers.mjs'
import { bundle, compile } from './build.mjs'

const bin = (path) => join(root, 'node_modules', path)
install()
compile()
bundle()
run([bin('@typescript/native/bin/tsc'), '--noEmit'])
run([bin('oxlint/bin/oxlint'), '--quiet'])
run([bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'])
for (const [part, why] of Object.entries(available())) if (why) console.error(`Skipped: all tests on a real ${part}. ${why}`)
become(['--experimental-vm-modules', '--no-warnings', bin('jest/bin/jest.js'), ...process.argv.slice(2)])
