// npm run simulate -- [--seeds A..B] [--json] [--trace]
import { become, install } from './node24.mjs'
import { compileSimulate } from './build.mjs'

install()
compileSimulate()
become(['--enable-source-maps', 'dist/test/simulate/main.js', ...process.argv.slice(2)])
