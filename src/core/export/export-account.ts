import { sql } from 'kysely'
import type { Reader } from '../../db/connect.js'
import { readSettings } from '../accounts/settings.js'
import { findDeletion } from '../deletion/read-deletion.js'
import { familyOf } from '../profiles/read-profile.js'
import { readDevice } from '../website/device.js'
import { readMaker } from '../website/session-maker.js'

/** Raised when a field changes its meaning or goes; new fields do not raise it. Written down in docs/export.md. */
const EXPORT_VERSION = 1
const EVENTS_AT_ONCE = 500

/**
 * Everything that the program holds of one person, as JSON in pieces (docs/export.md): the account, its identities,
 * choices, achievements, sessions without their secrets, what an import brought, and every event of the account and of
 * those merged into it, oldest first. Empty for an account that is not living. Reads as it goes, so that a long history
 * costs no memory.
 */
export async function* exportAccount(
  reader: Reader,
  accountId: number,
  { now }: { now: Date },
): AsyncGenerator<string, void> {
  const user = await reader
    .selectFrom('unified_users')
    .selectAll()
    .where('id', '=', accountId)
    .executeTakeFirst()
  if (!user) return
  const family = await familyOf(reader, accountId)
  const { display_name, ...account } = user
  const head = {
    format: 'ttfd-export',
    version: EXPORT_VERSION,
    exported_at: now,
    account: { ...account, display_name, merged_accounts: family.filter((id) => id !== accountId) },
    deletion: await findDeletion(reader, accountId),
    settings: await readSettings(reader, accountId),
    identities: await identities(reader, accountId),
    achievements: user.achievements,
    sessions: await sessions(reader, family, now),
    restrictions: await restrictions(reader, accountId),
    merges: await merges(reader, family),
    imported: await imported(reader, family),
  }
  yield `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "events": [`
  let after = Number.MIN_SAFE_INTEGER
  for (let isFirst = true; ; ) {
    const page = await eventsAfter(reader, family, after)
    if (page.length === 0) break
    const lines = page.map((event) => `\n    ${JSON.stringify(event)}`)
    yield `${isFirst ? '' : ','}${lines.join(',')}`
    isFirst = false
    after = page.at(-1)?.seq ?? after
  }
  yield '\n  ]\n}\n'
}

/** The name of the file, by the day of the export. */
export function exportFileName(accountId: number, now: Date): string {
  return `ttfd-${accountId}-${now.toISOString().slice(0, 10)}.json`
}

async function eventsAfter(reader: Reader, family: readonly number[], after: number) {
  return reader
    .selectFrom('cross_platform_events')
    .select([
      'id',
      'seq',
      'user_id',
      'event_type',
      'source_platform',
      'xp_delta',
      'coins_delta',
      'data',
      'created_at',
    ])
    .where('user_id', 'in', [...family])
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(EVENTS_AT_ONCE)
    .execute()
}

function identities(reader: Reader, accountId: number) {
  return reader
    .selectFrom('ttfd.identities')
    .select(['platform', 'platform_id', 'username', 'reachable', 'known_since', 'last_seen_at'])
    .where('account_id', '=', accountId)
    .orderBy('platform')
    .execute()
}

async function sessions(reader: Reader, family: readonly number[], now: Date) {
  const rows = await reader
    .selectFrom('ttfd.website_sessions as s')
    .innerJoin('ttfd.website_accounts as w', 'w.website_user_id', 's.user_id')
    .select(['s.made_by', 's.user_agent', 's.created_at', 's.expires_at'])
    .where('w.account_id', 'in', [...family])
    .where('s.expires_at', '>', now)
    .orderBy('s.created_at')
    .execute()
  return rows.map((row) => ({
    made_by: readMaker(row.made_by).by,
    device: readDevice(row.user_agent),
    signed_in_at: row.created_at,
    expires_at: row.expires_at,
  }))
}

function restrictions(reader: Reader, accountId: number) {
  return reader
    .selectFrom('ttfd.restrictions')
    .select(['kind', 'reason', 'given_at', 'until', 'lifted_at'])
    .where('holder_id', '=', accountId)
    .orderBy('id')
    .execute()
}

function merges(reader: Reader, family: readonly number[]) {
  return reader
    .selectFrom('ttfd.merges')
    .select(['id', 'survivor_id', 'loser_id', 'merged_at', 'merged_by', 'undone_at'])
    .where((eb) => eb.or([eb('survivor_id', 'in', [...family]), eb('loser_id', 'in', [...family])]))
    .orderBy('id')
    .execute()
}

async function imported(reader: Reader, family: readonly number[]) {
  const { rows } = await sql<Record<string, unknown>>`
    select origin, source_id, account_id, xp, coins, games_played, games_won, messages, voice_seconds
    from ttfd.import_members where account_id = any(${family as number[]}::bigint[]) order by origin, source_id`.execute(
    reader,
  )
  return rows
}
