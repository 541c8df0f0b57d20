// npm start [-- options]; npm run replay -- … and the other commands: installs and builds what is missing, then runs the application under Node 24.
import { become, install } from './node24.mjs'
import { bundle, compile } from './build.mjs'

const args = process.argv.slice(2)
/** They have no pages. */
const commands = ['replay', 'migrate', 'topics', 'dead-letters']
install()
compile()
if (!commands.includes(args[0])) bundle()
become(['--enable-source-maps', 'dist/apps/all-in-one/main.js', ...args])
