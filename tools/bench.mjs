// npm run bench -- [NAME…] [--json]
import { become, install } from './node24.mjs'
import { compileBench } from './build.mjs'

install()
compileBench()
become(['--enable-source-maps', '--expose-gc', 'dist/test/bench/main.js', ...process.argv.slice(2)])
