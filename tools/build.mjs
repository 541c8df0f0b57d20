// Generates the topics' code from proto/, compiles the services, bundles the console. Each step runs only when its inputs changed.
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { install, once, root, run } from './node24.mjs'

const bin = (path) => join(root, 'node_modules', path)
const protos = ['disruption', 'observation', 'line', 'rider', 'dispatch', 'quarantine'].map((name) => `proto/linienfunk/v1/${name}.proto`)

const sources = ['apps', 'libs', 'proto/linienfunk', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json']

export function generate() {
  once('proto', ['proto/linienfunk', 'tools/build.mjs'], 'proto/gen/linienfunk.js', () => {
    mkdirSync(join(root, 'proto/gen'), { recursive: true })
    const options = ['-t', 'static-module', '-w', 'commonjs', '--no-verify', '--no-delimited', '--force-number', '-d', '-p', 'proto']
    run([bin('protobufjs-cli/bin/pbjs'), ...options, '-o', 'proto/gen/linienfunk.js', ...protos])
  })
}

export function compile() {
  generate()
  once('tsc', sources, 'dist/libs', () => run([bin('@typescript/native/bin/tsc'), '-p', 'tsconfig.build.json']))
}

/** Apart, so that a benchmark that does not compile never stops the product. */
export function compileBench() {
  compile()
  once('bench', [...sources, 'test/bench'], 'dist/test/bench', () =>
    run([bin('@typescript/native/bin/tsc'), '-p', 'test/bench/tsconfig.json']),
  )
}

/** Apart, for the same reason. */
export function compileFaults() {
  compile()
  once('faults', [...sources, 'test/faults', 'test/laws', 'test/libs/gtfs'], 'dist/test/faults', () =>
    run([bin('@typescript/native/bin/tsc'), '-p', 'test/faults/tsconfig.json']),
  )
}

export function compileSimulate() {
  compile()
  once('simulate', [...sources, 'test/simulate', 'test/laws', 'test/libs/gtfs'], 'dist/test/simulate', () =>
    run([bin('@typescript/native/bin/tsc'), '-p', 'test/simulate/tsconfig.json']),
  )
}

export function bundle() {
  once('console', ['apps/console', 'libs/domain', 'package-lock.json'], 'dist/console', () =>
    run([bin('vite/bin/vite.js'), 'build', '--logLevel', 'warn', '--config', 'apps/console/vite.config.mts']),
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  install()
  compile()
  bundle()
}
