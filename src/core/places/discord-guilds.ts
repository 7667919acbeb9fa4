import { sql } from 'kysely'
import type { Database, Reader } from '../../db/connect.js'
import type { GuildNoticePlace } from '../../db/tables/places.js'

/** What a guild chose for itself. */
export type GuildChoices = {
  noticePlace: GuildNoticePlace
  noticeChannelId: string | null
  /** Whether voice time of somebody muted by the server counts. */
  serverMuteCounts: boolean
  /** Everything up to this message is recorded; null before the first. */
  seenMessageId: string | null
}

const DEFAULTS: GuildChoices = {
  noticePlace: 'last',
  noticeChannelId: null,
  serverMuteCounts: true,
  seenMessageId: null,
}

export async function readGuildChoices(reader: Reader, guildId: string): Promise<GuildChoices> {
  const row = await reader
    .selectFrom('ttfd.discord_guilds')
    .select(['notice_place', 'notice_channel_id', 'server_mute_counts', 'seen_message_id'])
    .where('guild_id', '=', guildId)
    .executeTakeFirst()
  if (!row) return DEFAULTS
  return {
    noticePlace: row.notice_place,
    noticeChannelId: row.notice_channel_id,
    serverMuteCounts: row.server_mute_counts,
    seenMessageId: row.seen_message_id,
  }
}

/** Changes a guild's choices and notes who did it. `channel` as the notice place needs a channel. */
export async function setGuildChoices(
  db: Database,
  guildId: string,
  change: Partial<Pick<GuildChoices, 'noticePlace' | 'noticeChannelId' | 'serverMuteCounts'>>,
  actor: string,
): Promise<void> {
  const columns = {
    ...(change.noticePlace === undefined ? {} : { notice_place: change.noticePlace }),
    ...(change.noticeChannelId === undefined ? {} : { notice_channel_id: change.noticeChannelId }),
    ...(change.serverMuteCounts === undefined ? {} : { server_mute_counts: change.serverMuteCounts }),
  }
  await db.transaction(async (tx) => {
    await tx
      .insertInto('ttfd.discord_guilds')
      .values({ guild_id: guildId, ...columns })
      .onConflict((oc) => oc.column('guild_id').doUpdateSet({ guild_id: guildId, ...columns }))
      .execute()
    await tx
      .insertInto('ttfd.audit_log')
      .values({
        actor,
        act: 'guild_choices_set',
        account_id: null,
        detail: JSON.stringify({ guildId, ...change }),
      })
      .execute()
  })
}

/** Notes up to which message each guild is recorded; a mark never goes back. */
export async function saveSeenMessages(db: Database, seen: ReadonlyMap<string, string>): Promise<void> {
  if (seen.size === 0) return
  const guilds = [...seen.keys()].sort()
  await sql`
    insert into ttfd.discord_guilds as g (guild_id, seen_message_id)
    select * from unnest(${guilds}::text[], ${guilds.map((id) => seen.get(id) ?? '0')}::text[])
    on conflict (guild_id) do update set seen_message_id = excluded.seen_message_id
      where coalesce(g.seen_message_id, '0')::numeric < excluded.seen_message_id::numeric`.execute(db.kysely)
}

/** A channel that pays nothing, or pays another share than its guild. */
export type ChannelChoice = { channelId: string; guildId: string; pays: boolean; multiplier: number }

export async function listChannelChoices(reader: Reader): Promise<ChannelChoice[]> {
  const rows = await reader.selectFrom('ttfd.discord_channels').selectAll().execute()
  return rows.map((row) => ({
    channelId: row.channel_id,
    guildId: row.guild_id,
    pays: row.pays,
    multiplier: Number(row.multiplier),
  }))
}

/** Sets what a channel pays and notes who did it. The multiplier (0 to 3) is the operator's alone. */
export async function setChannelChoice(
  db: Database,
  { channelId, guildId, pays, multiplier }: Omit<ChannelChoice, 'multiplier'> & { multiplier?: number },
  actor: string,
): Promise<void> {
  const change = { pays, ...(multiplier === undefined ? {} : { multiplier }) }
  await db.transaction(async (tx) => {
    await tx
      .insertInto('ttfd.discord_channels')
      .values({ channel_id: channelId, guild_id: guildId, ...change })
      .onConflict((oc) => oc.column('channel_id').doUpdateSet(change))
      .execute()
    await tx
      .insertInto('ttfd.audit_log')
      .values({
        actor,
        act: 'channel_choice_set',
        account_id: null,
        detail: JSON.stringify({ channelId, guildId, ...change }),
      })
      .execute()
  })
}
