// npm start [-- options]; npm run replay -- …: installs and builds what is missing, then runs the application under Node 24.
import { become, install } from './node24.mjs'
import { bundle, compile } from './build.mjs'

const args = process.argv.slice(2)
install()
compile()
if (args[0] !== 'replay') bundle()
become(['--enable-source-maps', 'dist/apps/all-in-one/main.js', ...args])
