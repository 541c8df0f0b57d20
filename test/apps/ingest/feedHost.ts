import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHash } from 'node:crypto'

interface Page {
  readonly body: Buffer
  readonly etag: string
}

/** A server of feeds and timetables into which a test PUTs bytes: GET answers them, with an ETag and 304, or with what `next` says. */
export class FeedHost {
  private readonly pages = new Map<string, Page>()
  private readonly server: Server
  readonly asked: { path: string; status: number }[] = []
  /** A status that every GET of this path gets. */
  readonly broken = new Map<string, number>()

  constructor() {
    this.server = createServer((request, response) => {
      const path = request.url ?? '/'
      const page = this.pages.get(path)
      const status = this.broken.get(path) ?? (page ? (request.headers['if-none-match'] === page.etag ? 304 : 200) : 404)
      this.asked.push({ path, status })
      response.writeHead(status, page ? { etag: page.etag } : {})
      response.end(status === 200 ? page?.body : undefined)
    })
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => void this.server.listen(0, '127.0.0.1', resolve))
  }

  put(path: string, body: Buffer): void {
    this.pages.set(path, { body, etag: `"${createHash('sha1').update(body).digest('hex')}"` })
  }

  url(path: string): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${path}`
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }
}
