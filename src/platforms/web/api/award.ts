import { createHash } from 'node:crypto'
import type { z } from 'zod'
import type { ApiKey } from '../../../core/api-keys/api-key.js'
import { readVisibility } from '../../../core/profiles/read-visibility.js'
import { type Award, type AwardOutcome, DedupeConflictError } from '../../../core/progression/award.js'
import { takeAward } from '../../../core/progression/award-writer.js'
import { rankFor } from '../../../core/progression/ranks.js'
import type { Rules } from '../../../core/progression/rules.js'
import type { Reader } from '../../../db/connect.js'
import type { WebDeps } from '../deps.js'
import { ApiError, noSuchAccount } from './api-error.js'
import type { DayLimit } from './day-limit.js'
import type { KeptAwards } from './kept-awards.js'
import { cleanReason, identityOf } from './read-input.js'
import { AWARD_NOTES, type awardBody, type keptAward, type recordedAward } from './schemas.js'

type Answer = {
  status: 200 | 202
  /** The same request was answered before, and this is that answer. */
  replayed: boolean
  body: z.infer<typeof recordedAward> | z.infer<typeof keptAward>
}

/** Hands one award of a key in. Throws ApiError. */
export async function awardByKey(
  deps: Pick<WebDeps, 'db' | 'writer' | 'rules' | 'now'>,
  { limit, kept }: { limit: DayLimit; kept: KeptAwards },
  key: ApiKey,
  idempotencyKey: string,
  asked: z.infer<typeof awardBody>,
): Promise<Answer> {
  const { xp, coins } = asked
  if (xp > key.awardMax || coins > key.awardMax)
    throw new ApiError('bad_request', `This key may award ${key.awardMax} at once.`)
  if (xp === 0 && coins === 0) throw new ApiError('bad_request', 'There is nothing to award.')
  const who = identityOf(key, asked.platform, asked.id)
  const reason = cleanReason(asked.reason)
  const request = fingerprint([who.platform, who.id, xp, coins, reason])
  // An address that nobody proved makes no account.
  const creates = key.scopes.includes('accounts:create') && who.platform !== 'website'
  const award: Award = {
    key: `api:${key.name}:${idempotencyKey}`,
    who,
    occurredAt: deps.now(),
    source: `api:${key.name}`,
    act: {
      type: 'grant',
      event: 'xp_change',
      xp,
      coins,
      data: { why: reason, request },
      silent: false,
      ...(key.uncapped && { uncapped: true }),
    },
    ...(creates && { create: {} }),
  }
  const early = kept.requestOf(award.key)
  if (isOther(early, request)) throw otherBody()
  const room = await limit.take(key, award.key, { xp, coins })
  // While the day was asked in vain, the same key may have come once more and been kept.
  const known = room.verdict === 'taken' ? early : kept.requestOf(award.key)
  // It lies on the disk already and is taken out of the day when it is written.
  if (known !== undefined) await room.giveBack()
  if (isOther(known, request)) throw otherBody()
  if (known !== undefined && room.verdict !== 'taken') return KEPT
  if (room.verdict === 'full') throw dayIsFull()
  const isLater = known !== undefined || room.verdict === 'later'
  if (isLater) award.charge = { keyId: key.id, dailyMax: key.dailyMax }
  const giveBack = async () => {
    if (known === undefined) await room.giveBack()
  }
  const moment = kept.moment
  kept.add(award.key, request)
  let outcome: Awaited<ReturnType<typeof takeAward>>
  try {
    outcome = await takeAward(deps.writer, award)
  } catch (error) {
    kept.remove(award.key)
    await giveBack().catch(() => {})
    if (error instanceof DedupeConflictError) throw otherBody()
    throw error
  }
  if (outcome.status === 'kept') return KEPT
  kept.remove(award.key)
  kept.settledBefore(moment)
  if (outcome.status !== 'recorded') await giveBack()
  return shownAs(answerOf(outcome, request, deps.rules()), deps.db.kysely)
}

/** What a key may know of an award: of a member who hides his profile no balances, of a banned one nothing at all. */
async function shownAs(answer: Answer, reader: Reader): Promise<Answer> {
  const { body } = answer
  if (body.status !== 'recorded' || body.account_id === null) return answer
  const visibility = await readVisibility(reader, body.account_id)
  if (visibility === 'open') return answer
  if (visibility === 'nobody') throw noSuchAccount()
  return { ...answer, body: { ...body, account_id: null, new_xp: null, new_coins: null, rank_id: null } }
}

const KEPT: Answer = { status: 202, replayed: false, body: { status: 'kept' } }

function answerOf(outcome: AwardOutcome, request: string, rules: Rules): Answer {
  switch (outcome.status) {
    case 'refused':
      if (outcome.reason === 'out_of_range')
        throw new ApiError('out_of_range', 'The account cannot hold that much.')
      if (outcome.reason === 'daily_limit') throw dayIsFull()
      throw noSuchAccount()
    case 'duplicate':
      if (outcome.data.request !== request) throw otherBody()
      return {
        status: 200,
        replayed: true,
        body: recorded(outcome, outcome.data, rules),
      }
    case 'recorded': {
      const rewards = outcome.rankUps.reduce((sum, { reward_coins }) => sum + reward_coins, 0)
      const data = { new_xp: outcome.newXp, new_coins: outcome.newCoins - rewards, reason: outcome.reason }
      return { status: 200, replayed: false, body: recorded(outcome, data, rules) }
    }
    default:
      return outcome satisfies never
  }
}

/** Made of what the ledger holds alone, so that the answer is the same however often it is asked for. */
function recorded(
  { accountId, xp, coins }: { accountId: number; xp: number; coins: number },
  data: Record<string, unknown>,
  rules: Rules,
): z.infer<typeof recordedAward> {
  const newXp = Number(data.new_xp)
  return {
    status: 'recorded',
    account_id: accountId,
    xp,
    coins,
    new_xp: newXp,
    new_coins: Number(data.new_coins),
    rank_id: rankFor(newXp, rules.ranks).id,
    note: AWARD_NOTES.find((note) => note === data.reason) ?? null,
  }
}

function fingerprint(parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22)
}

function dayIsFull(): ApiError {
  return new ApiError('daily_limit', 'The day of this key is full.', 3_600)
}

/** Whether a key was kept with another request than this one. */
function isOther(known: string | undefined, request: string): boolean {
  return known !== undefined && known !== request
}

function otherBody(): ApiError {
  return new ApiError('conflict', 'This Idempotency-Key was used for another award.')
}
