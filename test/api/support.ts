import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import type { Identity } from '../../src/core/accounts/identity.js'
import type { ApiScope } from '../../src/core/api-keys/api-key.js'
import { createKey } from '../../src/core/api-keys/manage-keys.js'
import { newId } from '../../src/core/events/new-id.js'
import type { Database } from '../../src/db/connect.js'
import { RULES } from '../support/rules.js'
import { startSite } from '../support/site.js'

export const ALL_SCOPES: ApiScope[] = ['awards', 'read', 'identities', 'accounts:create']

type Options = { scopes?: ApiScope[]; dailyMax?: number; uncapped?: boolean }

let serial = 0

/** What core needs to act. */
export const acting = () => ({
  now: new Date(),
  rules: RULES,
  newId: () => newId(Date.now()),
  admins: new Set<string>(),
})

/** A site with a key of its own, on a database that others share. */
export async function apiWorld(
  db: Database,
  { scopes = ['awards', 'read'], dailyMax = 100_000, uncapped = false }: Options = {},
) {
  const site = await startSite(db)
  const name = `game-${++serial}`
  const making = { now: new Date(), actor: 'cli:test', secret: randomBytes(32) }
  const made = await createKey(db, { name, scopes, dailyMax, awardMax: 1_000, uncapped }, making)
  const key = made?.text ?? ''
  const ask = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(`${site.url}/api/v1${path}`, {
      ...init,
      headers: { authorization: `Bearer ${key}`, ...init.headers },
    })
    const text = await answer.text()
    expect(answer.headers.get('content-type')).toContain('application/json')
    return { status: answer.status, text, body: JSON.parse(text), headers: answer.headers }
  }
  const award = (body: unknown, idempotencyKey = `k-${++serial}`, headers: Record<string, string> = {}) =>
    ask('/awards', {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey, ...headers },
    })
  const member = async (xp = 0, coins = 0) => {
    const telegramId = String(700_000 + ++serial)
    return { id: await site.give(telegramId, `Аня ${serial}`, xp, coins), telegramId }
  }
  /** Somebody of any platform, with XP. Returns the account. */
  const meet = async (who: Identity, xp: number): Promise<number> => {
    const outcome = await site.writer.award({
      key: `meet:${++serial}`,
      who,
      occurredAt: new Date(),
      source: 'system',
      act: { type: 'grant', event: 'xp_change', xp, coins: 0, data: {}, silent: true },
      create: { displayName: `Боря ${serial}`, claimed: true },
    })
    if (outcome.status !== 'recorded') throw new Error(`the award was ${outcome.status}`)
    return outcome.accountId
  }
  const balance = (id: number) =>
    db.kysely
      .selectFrom('unified_users')
      .select(['xp', 'coins'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
  return { site, name, key, ask, award, member, meet, balance }
}

export const gift = (id: string, xp = 10, coins = 5) => ({
  platform: 'telegram',
  id,
  xp,
  coins,
  reason: 'a quest',
})
