import { sql } from 'kysely'
import type { Database, Reader } from '../../db/connect.js'
import type { AvatarSource } from '../../db/tables/pictures.js'
import { isListed } from '../boards/listed.js'

/** A platform that shows pictures of people, and whom of it. */
export type PicturedIdentity = { platform: 'telegram' | 'discord'; id: string }

/** A small square picture. */
export type AvatarImage = { mediaType: 'image/png' | 'image/jpeg'; bytes: Buffer }

/** Which picture a member has, by his choice and by what he has linked. */
export type AvatarChoice = {
  /** Null: never chose. */
  chosen: AvatarSource | null
  /** What he can choose now. */
  offered: AvatarSource[]
  /** What is shown now: his choice while it is offered, else Discord's, which everybody there sees, else a drawn one. */
  source: AvatarSource
  identities: Partial<Record<AvatarSource, PicturedIdentity>>
  /** Nobody but the member may see it. */
  private: boolean
}

/** A picture as it was last looked at; `image` null: the person had none that we may show. */
export type StoredAvatar = { sourceKey: string | null; image: AvatarImage | null; lookedAt: Date }

/** The choice of a living account; null for an id that nobody has. */
export async function readAvatarChoice(reader: Reader, accountId: number): Promise<AvatarChoice | null> {
  const row = await reader
    .selectFrom('unified_users as u')
    .leftJoin('ttfd.account_settings as s', 's.account_id', 'u.id')
    .select(['u.telegram_id', 'u.discord_id', 's.avatar_source'])
    .select(isListed(sql.ref('u.id')).as('listed'))
    .where('u.id', '=', accountId)
    .executeTakeFirst()
  if (!row) return null
  const identities: AvatarChoice['identities'] = {}
  if (row.discord_id !== null) identities.discord = { platform: 'discord', id: row.discord_id }
  if (row.telegram_id !== null) identities.telegram = { platform: 'telegram', id: row.telegram_id }
  const offered: AvatarSource[] = [
    'generated',
    ...(['telegram', 'discord'] as const).filter((source) => identities[source]),
  ]
  const chosen = row.avatar_source
  // Telegram lets people hide their photo from strangers, so theirs is shown by choice only.
  const automatic: AvatarSource = identities.discord ? 'discord' : 'generated'
  const source = chosen !== null && offered.includes(chosen) ? chosen : automatic
  return { chosen, offered, source, identities, private: !row.listed }
}

/** What was kept of an identity's picture; null: never looked at. */
export async function readStoredAvatar(
  reader: Reader,
  { platform, id }: PicturedIdentity,
): Promise<StoredAvatar | null> {
  const row = await reader
    .selectFrom('ttfd.avatars')
    .selectAll()
    .where('platform', '=', platform)
    .where('platform_id', '=', id)
    .executeTakeFirst()
  if (!row) return null
  const { media_type: mediaType, bytes } = row
  return {
    sourceKey: row.source_key,
    image: mediaType !== null && bytes !== null ? { mediaType, bytes } : null,
    lookedAt: row.looked_at,
  }
}

const KEPT_DAYS = 30
const SWEEP_ROWS = 20

/**
 * Keeps what a platform shows of an identity; `unchanged` only notes that it was looked at. A picture that nobody asked
 * for in 30 days is forgotten with the next ones. Nothing happens for an identity that is gone.
 */
export async function storeAvatar(
  db: Database,
  identity: PicturedIdentity,
  found: 'unchanged' | { sourceKey: string; image: AvatarImage } | null,
  now: Date,
): Promise<void> {
  const { platform, id } = identity
  await db.transaction(async (tx) => {
    const known = await tx
      .selectFrom('ttfd.identities')
      .select('platform_id')
      .where('platform', '=', platform)
      .where('platform_id', '=', id)
      .forKeyShare()
      .executeTakeFirst()
    if (!known) return
    const content =
      found === 'unchanged'
        ? {}
        : {
            source_key: found?.sourceKey ?? null,
            media_type: found?.image.mediaType ?? null,
            bytes: found?.image.bytes ?? null,
          }
    await tx
      .insertInto('ttfd.avatars')
      .values({ platform, platform_id: id, looked_at: now, ...content })
      .onConflict((oc) => oc.columns(['platform', 'platform_id']).doUpdateSet({ looked_at: now, ...content }))
      .execute()
    const old = tx
      .selectFrom('ttfd.avatars')
      .select(['platform', 'platform_id'])
      .where('looked_at', '<', new Date(now.getTime() - KEPT_DAYS * 86_400_000))
      .orderBy('looked_at')
      .limit(SWEEP_ROWS)
      .forUpdate()
      .skipLocked()
    await tx
      .deleteFrom('ttfd.avatars')
      .where((eb) =>
        eb(eb.refTuple('platform', 'platform_id'), 'in', old.$asTuple('platform', 'platform_id')),
      )
      .execute()
  })
}
