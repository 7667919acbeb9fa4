import { sql } from 'kysely'
import type { Database, Reader, Tx } from '../../db/connect.js'
import type { AvatarSource } from '../../db/tables/pictures.js'
import type { MemberNoticePlace } from '../../db/tables/places.js'
import { CHANGED_CHANNEL } from '../progression/award-statements.js'

/** What a member chose about himself. */
export type AccountSettings = {
  locale: string | null
  /** Hidden from boards, pages, cards and API; strangers get the same answer as for nobody. */
  private: boolean
  /** Whether notices (rank-ups and the like) may be sent. */
  notices: boolean
  /** Of these, which bot may send them; without `notices` neither does. */
  notices_telegram: boolean
  notices_discord: boolean
  /** Hours of the community day between which no notice makes a sound; null: from 23 to 9; equal: never quiet. */
  quiet_from: number | null
  quiet_to: number | null
  /** Where Discord tells of rank-ups; null: as the guild has it. */
  notice_place: MemberNoticePlace | null
  /** Whether a notice in a channel may ping. */
  notice_pings: boolean
  /** Where his picture comes from; null: never chose. */
  avatar_source: AvatarSource | null
  /** The name that he chose himself; null: as his platform says. Set by `chooseName` alone. */
  display_name: string | null
}

export async function readSettings(reader: Reader, accountId: number): Promise<AccountSettings> {
  const row = await reader
    .selectFrom('unified_users as u')
    .leftJoin('ttfd.account_settings as s', 's.account_id', 'u.id')
    .select([
      'u.locale',
      's.private',
      's.notices',
      's.notices_telegram',
      's.notices_discord',
      's.quiet_from',
      's.quiet_to',
      's.notice_place',
      's.notice_pings',
      's.avatar_source',
      's.display_name',
    ])
    .where('u.id', '=', accountId)
    .executeTakeFirst()
  return {
    locale: row?.locale ?? null,
    private: row?.private ?? false,
    notices: row?.notices ?? true,
    notices_telegram: row?.notices_telegram ?? true,
    notices_discord: row?.notices_discord ?? true,
    quiet_from: row?.quiet_from ?? null,
    quiet_to: row?.quiet_to ?? null,
    notice_place: row?.notice_place ?? null,
    notice_pings: row?.notice_pings ?? false,
    avatar_source: row?.avatar_source ?? null,
    display_name: row?.display_name ?? null,
  }
}

/**
 * Changes some of the settings; takes effect everywhere at once. An account that is being deleted stays hidden and
 * silent: what is chosen for it meanwhile holds when it is kept.
 */
export async function changeSettings(
  db: Database,
  accountId: number,
  change: Partial<Omit<AccountSettings, 'display_name'>>,
): Promise<void> {
  await db.transaction(async (tx) => {
    // The same lock as the deletion's: one of them sees what the other did.
    await tx.selectFrom('unified_users').select('id').where('id', '=', accountId).forUpdate().execute()
    const { locale, ...rest } = await deferred(tx, accountId, change)
    if (locale !== undefined) {
      await tx.updateTable('unified_users').set({ locale }).where('id', '=', accountId).execute()
    }
    if (Object.keys(rest).length > 0) {
      await tx
        .insertInto('ttfd.account_settings')
        .values({ account_id: accountId, ...rest })
        .onConflict((oc) => oc.column('account_id').doUpdateSet({ ...rest, updated_at: sql<Date>`now()` }))
        .execute()
    }
    await sql`select pg_notify(${CHANGED_CHANNEL}, ${String(accountId)})`.execute(tx)
  })
}

type Change = Parameters<typeof changeSettings>[2]

/** Of an account that is being deleted, what would show or wake it is noted for later and taken out of the change. */
async function deferred(tx: Tx, accountId: number, change: Change): Promise<Change> {
  const { private: isPrivate, notices, ...rest } = change
  if (isPrivate === undefined && notices === undefined) return change
  const later = await tx
    .updateTable('ttfd.deletions')
    .set({
      ...(isPrivate === undefined ? {} : { was_private: isPrivate }),
      ...(notices === undefined ? {} : { wanted_notices: notices }),
    })
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  return later.numUpdatedRows === 0n ? change : rest
}

/** Whether the bot can write to a Telegram person: set when he starts the bot, cleared when he blocks it. */
export async function setReachable(db: Database, telegramId: string, reachable: boolean): Promise<void> {
  await db.kysely
    .updateTable('ttfd.identities')
    .set({ reachable })
    .where('platform', '=', 'telegram')
    .where('platform_id', '=', telegramId)
    .where('reachable', '!=', reachable)
    .execute()
}
