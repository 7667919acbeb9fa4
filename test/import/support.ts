import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { newId } from '../../src/core/events/new-id.js'
import type { Database } from '../../src/db/connect.js'
import type {
  DiscordRecord,
  OldItem,
  OldRecord,
  OldStore,
  Source,
  TelegramRecord,
  VoiceRecord,
  WebsiteRecord,
} from '../../src/import/records.js'
import type { ImportMode, ImportReport } from '../../src/import/run/report.js'
import { type ImportContext, runImport } from '../../src/import/run/run-import.js'
import { RULES } from '../support/rules.js'

const T0 = new Date('2026-03-01T12:00:00Z')
export const daysLater = (days: number, from = T0) => new Date(from.getTime() + days * 86_400_000)

/** Discord ids exceed 2^53. */
export const discordId = (n: number) => String(900_000_000_000_000_000n + BigInt(n))

const person = (id: string) => ({
  id,
  username: null,
  displayName: null,
  createdAt: daysLater(-300),
  lastActive: T0,
  rest: {},
})
const progress = {
  xp: 0,
  coins: 0,
  gamesPlayed: 0,
  gamesWon: 0,
  messages: 0,
  streak: 0,
  lastDaily: null,
  achievements: [],
}

export const telegram = (id: number | string, more: Partial<TelegramRecord> = {}): TelegramRecord => ({
  source: 'telegram',
  ...person(String(id)),
  ...progress,
  claimsDiscordId: null,
  banned: null,
  ...more,
})
export const discord = (n: number, more: Partial<DiscordRecord> = {}): DiscordRecord => ({
  source: 'discord',
  ...person(discordId(n)),
  ...progress,
  provesTelegramId: null,
  ...more,
})
export const voice = (n: number, voiceSeconds: number): VoiceRecord => ({
  source: 'voice',
  id: discordId(n),
  username: null,
  voiceSeconds,
  rest: {},
})
export const website = (n: number, more: Partial<WebsiteRecord> = {}): WebsiteRecord => ({
  source: 'website',
  ...person(String(n)),
  email: `m${n}@example.org`,
  passwordSha256: null,
  claimsDiscordId: null,
  ...more,
})

/** A store made of records at hand. */
function storeOf(source: Source, items: readonly (OldRecord | OldItem)[]): OldStore {
  const all = items.map((item): OldItem => ('kind' in item ? item : { kind: 'record', record: item }))
  return {
    source,
    origin: source,
    name: `${source}.json`,
    size: all.length,
    async *read() {
      for (let at = 0; at < all.length; at += 700) {
        yield { items: all.slice(at, at + 700), done: Math.min(all.length, at + 700) }
      }
    },
    hash: () => createHash('sha256').update(JSON.stringify(all)).digest('hex'),
    close: async () => {},
  }
}

export type Given = Partial<Record<Source, readonly (OldRecord | OldItem)[]>>

/** The stores in the order in which an import takes them. */
export function storesOf(given: Given): OldStore[] {
  return (['telegram', 'discord', 'voice', 'website'] as const).flatMap((source) => {
    const items = given[source]
    return items ? [storeOf(source, items)] : []
  })
}

const CONTEXT: ImportContext = {
  rules: RULES,
  newId: () => newId(Date.now()),
  admins: new Set(),
  now: () => Date.now(),
  unknownBanReason: 'бан перенесён из старого бота',
}

export function importInto(
  db: Database,
  given: Given,
  {
    mode = 'live',
    trustClaims = false,
    approve = async () => true,
    now = CONTEXT.now,
  }: { mode?: ImportMode; trustClaims?: boolean; approve?: () => Promise<boolean>; now?: () => number } = {},
): Promise<ImportReport> {
  return runImport(db, { stores: storesOf(given), mode, trustClaims }, { ...CONTEXT, approve, now })
}

export type AccountRow = {
  id: number
  telegram_id: string | null
  discord_id: string | null
  website_email: string | null
  xp: number
  coins: number
  rank_id: number
  highest_rank_paid: number
  games_played: number
  games_won: number
  total_voice_time: number
  messages_sent: number
  daily_streak: number
  display_name: string
  achievements: string[]
}

/** Every account, in an order that does not depend on ids. */
export async function accountsOf(db: Database): Promise<AccountRow[]> {
  const { rows } = await sql<AccountRow>`
    select id, telegram_id, discord_id, website_email, xp, coins, rank_id, highest_rank_paid, games_played, games_won,
      total_voice_time, messages_sent, daily_streak, display_name, achievements
    from unified_users order by telegram_id collate "C", discord_id collate "C", website_email collate "C"`.execute(
    db.kysely,
  )
  return rows
}

/** The account of an identity. */
export async function accountOf(
  db: Database,
  column: 'telegram_id' | 'discord_id' | 'website_email',
  id: string,
) {
  return (await accountsOf(db)).find((row) => row[column] === id)
}

/** Balance = sum of events, for every account. */
export async function unbalanced(db: Database): Promise<unknown[]> {
  const { rows } = await sql`
    select u.id, u.xp, u.coins, s.xp as xp_sum, s.coins as coins_sum from unified_users u
      left join (
        select coalesce(ttfd.living_account(user_id), user_id) as id, sum(xp_delta) as xp, sum(coins_delta) as coins
        from cross_platform_events group by 1) s on s.id = u.id
    where u.xp <> coalesce(s.xp, 0) or u.coins <> coalesce(s.coins, 0)`.execute(db.kysely)
  return rows
}
