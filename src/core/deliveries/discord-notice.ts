import { sql } from 'kysely'
import type { Database, Reader } from '../../db/connect.js'
import type { GuildNoticePlace, MemberNoticePlace } from '../../db/tables/places.js'
import type { Recipient } from './delivery.js'
import { NOTICES_PER_DAY_MAX, quietSeconds } from './notice-policy.js'

/** Where a person may be told something on Discord, as of now. */
export type NoticeFacts = {
  /** His own choice; null: as the guild has it. */
  choice: MemberNoticePlace | null
  pings: boolean
  /** Where he wrote last: `<guild>/<channel>`; null: nowhere yet. */
  lastPlace: string | null
  /** The guild where he wrote or spoke last. */
  lastGuild: string | null
  sentToday: number
}

/** How far back the ledger is read for the last message. */
const EVENTS_BACK = 300

export async function readNoticeFacts(
  reader: Reader,
  accountId: number,
  discordId: string,
  timeZone: string,
): Promise<NoticeFacts> {
  const { rows } = await sql<{
    choice: MemberNoticePlace | null
    pings: boolean | null
    last_place: string | null
    last_guild: string | null
    sent: number
  }>`
    with recent as materialized (
      select seq, event_type, data ->> 'place' as place from (
        select seq, event_type, source_platform, data from cross_platform_events
        where user_id = ${accountId} order by seq desc limit ${EVENTS_BACK}) newest
      where source_platform = 'discord' and event_type in ('message_sent', 'voice_time')
    )
    select s.notice_place as choice, s.notice_pings as pings,
      (select place from recent where event_type = 'message_sent' order by seq desc limit 1) as last_place,
      (select split_part(place, '/', 1) from recent order by seq desc limit 1) as last_guild,
      coalesce((select case when i.notices_day = (now() at time zone ${timeZone})::date then i.notices_today else 0 end
        from ttfd.identities i where i.platform = 'discord' and i.platform_id = ${discordId}), 0) as sent
    from (select 1) one left join ttfd.account_settings s on s.account_id = ${accountId}`.execute(reader)
  const row = rows[0]
  return {
    choice: row?.choice ?? null,
    pings: row?.pings ?? false,
    lastPlace: row?.last_place ?? null,
    lastGuild: row?.last_guild ?? null,
    sentToday: row?.sent ?? 0,
  }
}

/** Counts a notice against the person's five of the day. */
export async function countDiscordNotice(db: Database, discordId: string, timeZone: string): Promise<void> {
  await sql`
    update ttfd.identities set
      notices_today = case when notices_day = (now() at time zone ${timeZone})::date then notices_today + 1 else 1 end,
      notices_day = (now() at time zone ${timeZone})::date
    where platform = 'discord' and platform_id = ${discordId}`.execute(db.kysely)
}

export type DiscordNotice =
  | { to: 'dm' }
  | { to: 'channel'; channelId: string }
  | { to: 'nobody'; why: string }
  | { to: 'later'; seconds: number }

/**
 * Decides where a notice goes: the person's choice wins over the guild's; at most five a day; a direct message waits
 * for the end of the quiet hours, a channel message makes no sound anyway. Pure.
 */
export function placeNotice(
  recipient: Recipient | null,
  facts: NoticeFacts,
  guild: { noticePlace: GuildNoticePlace; noticeChannelId: string | null } | null,
  now: Date,
  timeZone: string,
): DiscordNotice {
  if (!recipient?.discordId) return { to: 'nobody', why: 'nobody_to_tell' }
  if (!recipient.notices) return { to: 'nobody', why: 'notices_off' }
  if (facts.sentToday >= NOTICES_PER_DAY_MAX) return { to: 'nobody', why: 'enough_for_today' }
  const place = facts.choice ?? guild?.noticePlace ?? 'none'
  const lastChannel = facts.lastPlace?.split('/')[1] ?? null
  switch (place) {
    case 'none':
      return { to: 'nobody', why: 'no_place' }
    case 'channel':
      return guild?.noticeChannelId
        ? { to: 'channel', channelId: guild.noticeChannelId }
        : { to: 'nobody', why: 'no_place' }
    case 'last':
      return lastChannel ? { to: 'channel', channelId: lastChannel } : { to: 'nobody', why: 'no_place' }
    case 'dm': {
      const wait = quietSeconds(now, timeZone, recipient.quiet)
      return wait > 0 ? { to: 'later', seconds: wait } : { to: 'dm' }
    }
    default:
      return place satisfies never
  }
}
