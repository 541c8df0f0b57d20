// npm run faults -- [--only ID,…] [--mode embedded|kafka+redis] [--riders N] [--kafka 1|3] [--long] [--soak MINUTES] [--json]
import { become, install } from './node24.mjs'
import { compileFaults } from './build.mjs'

install()
compileFaults()
become(['--enable-source-maps', '--no-warnings', 'dist/test/faults/main.js', ...process.argv.slice(2)])
