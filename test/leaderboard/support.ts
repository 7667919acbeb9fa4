import { sql } from 'kysely'
import type { Database } from '../../src/db/connect.js'

type NewDay = {
  day: string
  xp: number
  coins: number
  voice: number
  messages: number
  games: number
}

export type NewMember = {
  name: string
  /** False: known from group messages alone. */
  claimed?: boolean
  xp?: number
  coins?: number
  /** Seconds. */
  voice?: number
  messages?: number
  games?: number
  days?: NewDay[]
}

/** Members straight into the tables, in their order; returns their ids. */
export async function makeMembers(db: Database, members: readonly NewMember[]): Promise<number[]> {
  const { kysely } = db
  const { rows } = await sql<{ id: number }>`
    insert into ttfd.accounts (claimed_at) select case when claimed then now() end
    from unnest(${members.map(({ claimed = true }) => claimed)}::boolean[]) as v (claimed) returning id`.execute(
    kysely,
  )
  const ids = rows.map(({ id }) => id).toSorted((a, b) => a - b)
  const of = (pick: (member: NewMember) => number | undefined) => members.map((member) => pick(member) ?? 0)
  await sql`
    insert into unified_users (id, telegram_id, display_name, xp, coins, total_voice_time, messages_sent, games_played, primary_platform)
    select v.*, 'telegram' from (
      select id, id::text, name, xp, coins, voice, messages, games from unnest(${ids}::bigint[], ${members.map(({ name }) => name)}::text[],
        ${of(({ xp }) => xp)}::bigint[], ${of(({ coins }) => coins)}::bigint[], ${of(({ voice }) => voice)}::bigint[],
        ${of(({ messages }) => messages)}::bigint[], ${of(({ games }) => games)}::bigint[])
        as t (id, name, xp, coins, voice, messages, games)
    ) v`.execute(kysely)
  const days = members.flatMap(({ days = [] }, n) => days.map((day) => ({ ...day, id: ids[n] ?? 0 })))
  const sums = (pick: (day: NewDay) => number) => days.map(pick)
  await sql`
    insert into ttfd.daily_rollups (account_id, day, source_platform, event_type, xp, coins, events)
    select d.id, d.day, 'telegram', v.*
    from unnest(${days.map(({ id }) => id)}::bigint[], ${days.map(({ day }) => day)}::date[], ${sums(({ xp }) => xp)}::bigint[],
        ${sums(({ coins }) => coins)}::bigint[], ${sums(({ voice }) => voice)}::bigint[],
        ${sums(({ messages }) => messages)}::bigint[], ${sums(({ games }) => games)}::bigint[])
        as d (id, day, xp, coins, voice, messages, games)
      cross join lateral (values ('xp_change', d.xp, d.coins, 1::bigint), ('voice_time', 0, 0, d.voice),
        ('message_sent', 0, 0, d.messages), ('game_played', 0, 0, d.games), ('imported', 1000, 1000, 1)) as v`.execute(
    kysely,
  )
  return ids
}

/** Nobody is left. */
export async function clearMembers({ kysely }: Database): Promise<void> {
  for (const table of [
    'ttfd.board_leaders',
    'ttfd.board_tops',
    'ttfd.board_top_steps',
    'ttfd.board_counts',
    'ttfd.board_state',
    'ttfd.account_settings',
    'ttfd.restrictions',
    'ttfd.daily_rollups',
    'ttfd.rollup_deltas',
    'unified_users',
  ]) {
    await sql`delete from ${sql.table(table)}`.execute(kysely)
  }
}

/** Hidden by an operator, until further notice. */
export async function ban({ kysely }: Database, accountId: number): Promise<void> {
  await sql`
    insert into ttfd.restrictions (account_id, holder_id, kind, reason, given_by, given_at)
    values (${accountId}, ${accountId}, 'banned', 'test', 'operator', now())`.execute(kysely)
}
