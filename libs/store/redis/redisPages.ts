import { checkRecords, recordBytes } from '../pageBytes'
import type { Pages } from '../ports'
import type { Keys } from './keys'
import type { Link } from './link'
import { headerBytes, pageRecords } from './pagesLua'
import { bytesOf, numberOf } from './replies'

export function redisPages(link: Link, keys: Keys): Pages {
  const put = async (scope: string, rider: number, records: Uint8Array) => {
    checkRecords(rider, records)
    const { directory, room, page, bucket } = keys.scope(scope)
    await link.call('putPages', [directory, room], page(''), bucket(''), String(rider), Buffer.from(records))
  }
  const known = async (scope: string, field: string) => {
    const { directory } = keys.scope(scope)
    return numberOf(await link.command(directory, 'HGET', directory, field))
  }
  return {
    put,
    drop: (scope, rider) => put(scope, rider, new Uint8Array()),
    count: (scope) => known(scope, 'pages'),
    read: async (scope, number) => {
      const page = keys.scope(scope).page(number)
      return recordsOf(bytesOf(await link.command(page, 'GETRANGE', page, '0', String(pageBytes - 1))))
    },
    size: (scope) => known(scope, 'records'),
  }
}

const pageBytes = headerBytes + pageRecords * recordBytes

function recordsOf(page: Buffer | undefined): Buffer {
  if (!page || page.length < headerBytes) return Buffer.alloc(0)
  return page.subarray(headerBytes, headerBytes + page.readUInt32LE(0) * recordBytes)
}
