import react from '@vitejs/plugin-react'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { type Plugin, defineConfig } from 'vite'

const outDir = fileURLToPath(new URL('../../dist/console', import.meta.url))

/** Lays .gz and .br beside the assets: the gateway sends them as they are. */
const compressed: Plugin = {
  name: 'compressed',
  closeBundle() {
    const assets = join(outDir, 'assets')
    for (const name of readdirSync(assets).filter((n) => /\.(js|css)$/.test(n))) {
      const bytes = readFileSync(join(assets, name))
      writeFileSync(join(assets, `${name}.gz`), gzipSync(bytes, { level: 9 }))
      writeFileSync(join(assets, `${name}.br`), brotliCompressSync(bytes))
    }
  },
}

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/console/',
  plugins: [react(), compressed],
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  build: { outDir, emptyOutDir: true, chunkSizeWarningLimit: 900 },
})
