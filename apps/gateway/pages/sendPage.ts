import type { FastifyReply } from 'fastify'

/** A page that nobody keeps: it may hold what a rider just changed. */
export const sendPage = (reply: FastifyReply, page: string, status = 200) =>
  reply.status(status).headers({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).send(page)

/** After a form: the browser gets the next page by itself, and a reload repeats nothing. */
export const seeOther = (reply: FastifyReply, path: string) =>
  reply.status(303).headers({ location: path, 'cache-control': 'no-store' }).send()
