import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import { CompressionCodecs, CompressionTypes } from 'kafkajs'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

/** kafkajs brings gzip only, and a consumer that meets another codec ends for good: a topic's setting or another client must not do that. */
export function registerZstd(): void {
  const codecs = CompressionCodecs as Record<number, () => unknown>
  codecs[CompressionTypes.ZSTD] = () => ({
    compress: ({ buffer }: { buffer: Buffer }) => compress(buffer),
    decompress: (buffer: Buffer) => decompress(buffer),
  })
}

/** Below this a frame costs more than it saves. */
const worthwhileBytes = 1024

export const compressionFor = (bytes: number): CompressionTypes => (bytes < worthwhileBytes ? CompressionTypes.None : CompressionTypes.ZSTD)
