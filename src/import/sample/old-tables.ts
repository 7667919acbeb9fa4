import type { Entry } from './traps.js'

/** Whose records a table holds. */
export type OldShape = 'telegram' | 'discord' | 'voice' | 'website' | 'links'

/** The tables that the old programs made, with the variants that some databases still have. */
const COLUMNS = {
  telegram: {
    table: 'users',
    key: null,
    columns: `id serial primary key, telegram_id varchar(32) unique, username varchar(255), first_name varchar(255),
      xp double precision default 0, coins double precision default 0, rank_id integer, role varchar(32) default 'user',
      discord_id varchar(32), created_at timestamp, last_active timestamp, last_daily timestamp, last_spin timestamp,
      is_banned boolean default false, ban_reason text`,
  },
  telegram_older: {
    table: 'users',
    key: 'id',
    columns: `id varchar(32) primary key, username varchar(255), first_name varchar(255), xp double precision,
      coins double precision, rank_id integer, discord_id varchar(32), created_at timestamp, last_active timestamp`,
  },
  discord: {
    table: 'users',
    key: 'id',
    columns: `id text primary key, username text, xp double precision, coins double precision, clicks integer,
      tasks_completed integer, rank_id integer, created_at timestamp, last_active timestamp, last_daily timestamp,
      last_daily_date date, daily_streak integer, daily_tasks jsonb, achievements jsonb, games_played integer,
      games_won integer, last_dice timestamp, last_coinflip timestamp, last_work timestamp, inventory jsonb,
      active_boosts jsonb, game_stats jsonb, telegram_id text`,
  },
  voice: {
    table: 'voice_activity',
    key: 'user_id',
    columns: 'user_id text primary key, total_time double precision, last_join timestamp, sessions jsonb',
  },
  website: {
    table: 'accounts',
    key: null,
    columns: `id serial primary key, email text unique, username text unique, password text, display_name text,
      discord_id text, created_at timestamp, profile jsonb`,
  },
  links: {
    table: 'discord_links',
    key: null,
    columns:
      'id serial primary key, telegram_id varchar(32), discord_id varchar(32), status varchar(16), created_at timestamp',
  },
} as const
export type OldTable = keyof typeof COLUMNS

/** Both bots called their table `users`, so a database held one of the first three. */
export const SQL_FILES: Record<string, readonly OldTable[]> = {
  'telegram.sql': ['telegram', 'links'],
  'telegram-older.sql': ['telegram_older', 'links'],
  'discord.sql': ['discord', 'voice', 'links'],
  'website.sql': ['website'],
}

export function shapeOf(table: OldTable): OldShape {
  return table === 'telegram_older' ? 'telegram' : table
}

const ROWS = 500

/** Makes one of the tables and fills it. What no table could hold, a record that is none or a second one, is left out. */
export function* oldTableSql(table: OldTable, lists: readonly Iterable<Entry>[]): Iterable<string> {
  const { table: name, columns, key } = COLUMNS[table]
  yield `create table public.${name} (${columns});\n`
  let rows: object[] = []
  for (const list of lists) {
    for (const { id, record } of list) {
      if (record === undefined) continue
      rows.push(key === null ? record : { ...record, [key]: id })
      if (rows.length === ROWS) {
        yield insert(table, rows)
        rows = []
      }
    }
  }
  if (rows.length > 0) yield insert(table, rows)
}

function insert(table: OldTable, rows: readonly object[]): string {
  const { table: name, columns } = COLUMNS[table]
  // A serial numbers itself, except on the website, where the number is the account's name.
  const names = columns
    .split(/,(?![^(]*\))/)
    .map((column) => column.trim().split(' ')[0] ?? '')
    .filter((column) => column !== 'id' || !columns.startsWith('id serial') || table === 'website')
    .join(', ')
  // One below another, so that no line grows beyond what an editor opens.
  const json = rows.map((row) => JSON.stringify(row)).join(',\n')
  return `insert into public.${name} (${names})
  select ${names} from json_populate_recordset(null::public.${name}, $sample$[${json}]$sample$) on conflict do nothing;\n`
}
