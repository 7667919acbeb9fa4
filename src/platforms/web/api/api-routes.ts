import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { readAccount, readEvents } from '../../../core/api-keys/read-account.js'
import { readBoard } from '../../../core/boards/board.js'
import { isLive, readBoardState } from '../../../core/boards/standings.js'
import { periodStart, readTop, type TopBoard, type TopPeriod } from '../../../core/boards/tops.js'
import { isUnavailable } from '../../../db/unavailable.js'
import type { WebDeps } from '../deps.js'
import { isCleanUrl } from '../http/clean-url.js'
import type { WebEnv } from '../http/client-address.js'
import { ApiError, errorAnswer, noSuchAccount } from './api-error.js'
import { awardByKey } from './award.js'
import { DayLimit } from './day-limit.js'
import { KeptAwards } from './kept-awards.js'
import { createKeyGate } from './key-gate.js'
import { openApiDocument } from './open-api.js'
import { jsonBody, parse, queryOf, whoOf } from './read-input.js'
import { awardBody, eventsQuery, idempotencyKey, leaderboardQuery } from './schemas.js'

const BODY_BYTES_MAX = 16 * 1024

/**
 * `/api/v1`: what other programs read and award, by key alone. It reads no cookies and allows no other origin, so a
 * browser lends it nobody's rights. Every answer, errors included, is JSON.
 */
export function apiRoutes(deps: WebDeps): Hono<WebEnv> {
  const gate = createKeyGate(deps)
  let document: ReturnType<typeof openApiDocument> | undefined
  const limits = { limit: new DayLimit(deps), kept: new KeptAwards() }
  const app = new Hono<WebEnv>()

  app.use(async (c, next) => {
    if (!isCleanUrl(c.req.url)) throw new ApiError('bad_request', 'The address is not valid.')
    await next()
    c.res.headers.set('cache-control', 'no-store')
  })
  app.use(
    bodyLimit({
      maxSize: BODY_BYTES_MAX,
      onError: () => errorAnswer(new ApiError('too_large', `A body has at most ${BODY_BYTES_MAX} bytes.`)),
    }),
  )

  // It takes milliseconds to make, anybody may ask for it, and it never changes.
  app.get('/openapi.json', (c) => {
    document ??= openApiDocument(deps.settings.publicUrl)
    return c.json(document)
  })

  app.get('/accounts/:platform/:id', async (c) => {
    const key = await gate.keyOf(c, 'read')
    const found = await readAccount(deps.db.kysely, whoOf(c, key))
    if (!found) throw noSuchAccount()
    return c.json({ ...found.open, ...(key.scopes.includes('identities') && found.personal) })
  })

  app.get('/accounts/:platform/:id/events', async (c) => {
    const key = await gate.keyOf(c, 'read')
    const who = whoOf(c, key)
    const { limit: rows, before = null } = queryOf(c, eventsQuery)
    const found = await readAccount(deps.db.kysely, who)
    if (!found) throw noSuchAccount()
    const personal = key.scopes.includes('identities')
    return c.json(await readEvents(deps.db.kysely, found.open.id, { limit: rows, before, personal }))
  })

  app.get('/leaderboard', async (c) => {
    await gate.keyOf(c, 'read')
    const { metric, period, limit: rows, after = null } = queryOf(c, leaderboardQuery)
    return c.json({ metric, period, ...(await boardPage(deps, metric, period, { limit: rows, after })) })
  })

  app.post('/awards', async (c) => {
    const key = await gate.keyOf(c, 'awards')
    const given = c.req.header('idempotency-key')
    if (given === undefined || !idempotencyKey.safeParse(given).success)
      throw new ApiError('bad_request', 'Send an Idempotency-Key of 1 to 64 visible characters.')
    const asked = parse(awardBody, await jsonBody(c))
    const { status, replayed, body } = await awardByKey(deps, limits, key, given, asked)
    if (replayed) c.header('idempotency-replayed', 'true')
    return c.json(body, status)
  })

  app.all('*', () => errorAnswer(new ApiError('not_found', 'There is no such route.')))

  app.onError((error) => {
    if (error instanceof ApiError) return errorAnswer(error)
    if (isUnavailable(error))
      return errorAnswer(new ApiError('unavailable', 'The database is away. Try again.', 5))
    const reference = deps.newId().slice(-8)
    deps.log.error({ err: error, reference }, 'an answer of the API failed')
    return errorAnswer(new ApiError('internal', `Something went wrong. Reference: ${reference}.`))
  })

  return app
}

async function boardPage(
  { db, now, settings }: Pick<WebDeps, 'db' | 'now' | 'settings'>,
  board: TopBoard,
  period: TopPeriod,
  page: { limit: number; after: string | null },
) {
  const from = periodStart(period, now(), settings.timeZone)
  if (isLive(board, period)) {
    const { entries, next } = await readBoard(db.kysely, page)
    return { entries: entries.map((entry) => entryOf(entry, entry.xp)), next }
  }
  // A count of a period that has ended since is none.
  const { countedAt } = await readBoardState(db.kysely, { board, period, from })
  if (!countedAt) return { entries: [], next: null }
  const { entries, next } = await readTop(db.kysely, board, period, page)
  return { entries: entries.map((entry) => entryOf(entry, entry.value)), next }
}

function entryOf(
  {
    accountId,
    place,
    displayName,
    named,
    rankId,
  }: { accountId: number; place: number; displayName: string; named: boolean; rankId: number },
  value: number,
) {
  return { id: accountId, place, display_name: named ? displayName : null, value, rank_id: rankId }
}
