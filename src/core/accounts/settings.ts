import { sql } from 'kysely'
import type { Database, Reader } from '../../db/connect.js'
import type { MemberNoticePlace } from '../../db/schema.js'
import type { AvatarSource } from '../../db/tables/pictures.js'
import { CHANGED_CHANNEL } from '../progression/award-statements.js'

/** What a member chose about himself. */
export type AccountSettings = {
  locale: string | null
  /** Hidden from boards, pages, cards and API; strangers get the same answer as for nobody. */
  private: boolean
  /** Whether notices (rank-ups and the like) may be sent. */
  notices: boolean
  /** Where Discord tells of rank-ups; null: as the guild has it. */
  notice_place: MemberNoticePlace | null
  /** Whether a notice in a channel may ping. */
  notice_pings: boolean
  /** Where his picture comes from; null: never chose. */
  avatar_source: AvatarSource | null
}

export async function readSettings(reader: Reader, accountId: number): Promise<AccountSettings> {
  const row = await reader
    .selectFrom('unified_users as u')
    .leftJoin('ttfd.account_settings as s', 's.account_id', 'u.id')
    .select(['u.locale', 's.private', 's.notices', 's.notice_place', 's.notice_pings', 's.avatar_source'])
    .where('u.id', '=', accountId)
    .executeTakeFirst()
  return {
    locale: row?.locale ?? null,
    private: row?.private ?? false,
    notices: row?.notices ?? true,
    notice_place: row?.notice_place ?? null,
    notice_pings: row?.notice_pings ?? false,
    avatar_source: row?.avatar_source ?? null,
  }
}

/** Changes some of the settings; takes effect everywhere at once. */
export async function changeSettings(
  db: Database,
  accountId: number,
  change: Partial<AccountSettings>,
): Promise<void> {
  await db.transaction(async (tx) => {
    const { locale, ...rest } = change
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
