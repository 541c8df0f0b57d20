import type { FastifyRequest } from 'fastify'
import { type Language, languages } from '#domain/operator'

/** Of a page: what the address says, else what the browser prefers, else the first of those offered. */
export function pageLanguage(request: FastifyRequest, offered: readonly Language[] = languages): Language {
  const asked = (request.query as Readonly<Record<string, unknown>> | undefined)?.lang
  const wishes = [typeof asked === 'string' ? asked : '', ...acceptedLanguages(request.headers['accept-language'] ?? '')]
  const found = wishes.map((w) => offered.find((l) => l === w.slice(0, 2).toLowerCase())).find(Boolean)
  return found ?? offered[0] ?? 'de'
}

/** Best first. */
const acceptedLanguages = (header: string) =>
  header
    .slice(0, 300)
    .split(',')
    .map((part) => {
      const [name = '', q] = part.trim().split(';q=')
      return { name, q: q === undefined ? 1 : Number(q) || 0 }
    })
    .sort((a, b) => b.q - a.q)
    .map((w) => w.name)
