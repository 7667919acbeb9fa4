import { sql } from 'kysely'
import type { Reader } from '../../db/connect.js'
import type { PlatformName } from '../../db/schema.js'
import { hasPasswordLogin } from '../website/detach-website.js'
import type { UnlinkSide } from './decide-unlink.js'
import { LIMIT_DAYS } from './link-side.js'

/** An account as the question of leaving it sees it; null when it is not living. */
export async function readUnlinkSide(
  reader: Reader,
  accountId: number,
  platform: PlatformName,
  now: Date,
): Promise<UnlinkSide | null> {
  const row = await reader
    .selectFrom('unified_users as u')
    .innerJoin('ttfd.accounts as a', 'a.id', 'u.id')
    .leftJoin('ttfd.deletions as d', 'd.account_id', 'u.id')
    .select([
      'u.telegram_id',
      'u.discord_id',
      'u.website_email',
      'u.primary_platform',
      'a.link_unproven',
      'd.due_at',
    ])
    .where('u.id', '=', accountId)
    .executeTakeFirst()
  if (!row) return null
  const identities = { telegram: row.telegram_id, discord: row.discord_id, website: row.website_email }
  const waysIn: PlatformName[] = []
  // The bots let in whom their platform proves: Telegram by `/site`, Discord by its own sign-in.
  if (identities.telegram !== null) waysIn.push('telegram')
  if (identities.discord !== null) waysIn.push('discord')
  if (identities.website !== null && (await hasPasswordLogin(reader, identities.website))) {
    waysIn.push('website')
  }
  const since = new Date(now.getTime() - LIMIT_DAYS * 86_400_000)
  const { rows } = await sql<{ act: string; at: Date }>`
    select act, max(happened_at) as at from ttfd.link_history
    where act in ('unlinked', 'put_back') and platform = ${platform} and platform_id = ${identities[platform] ?? ''}
      and happened_at > ${since}
    group by act`.execute(reader)
  const lastOf = (act: string) => rows.find((one) => one.act === act)?.at ?? null
  const [lastUnlink, lastPutBack] = [lastOf('unlinked'), lastOf('put_back')]
  return {
    accountId,
    identities,
    primary: row.primary_platform,
    unproven: row.link_unproven,
    closing: row.due_at !== null,
    waysIn,
    lastUnlink,
    wasPutBack: lastUnlink !== null && lastPutBack !== null && lastPutBack >= lastUnlink,
    mergedUntil: await freshMergeOf(reader, accountId, now),
  }
}

/** Until when the account's newest standing merge freezes its coins; null when there is none so new. */
async function freshMergeOf(reader: Reader, accountId: number, now: Date): Promise<Date | null> {
  const row = await reader
    .selectFrom('ttfd.merges')
    .select('frozen_until')
    .where('survivor_id', '=', accountId)
    .where('undone_at', 'is', null)
    .where('frozen_until', '>', now)
    .orderBy('frozen_until', 'desc')
    .executeTakeFirst()
  return row?.frozen_until ?? null
}
