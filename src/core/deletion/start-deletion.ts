import { sql } from 'kysely'
import type { Database, Reader, Tx } from '../../db/connect.js'
import type { PlatformName } from '../../db/schema.js'
import { cancelOpenRounds } from '../games/cancel-open-rounds.js'
import { writeLinkEvents } from '../linking/link-events.js'
import { identitiesOf, isAdmin } from '../linking/link-side.js'
import { endOpenings } from '../merging/end-openings.js'
import { endSessionsOf } from '../merging/split-logins.js'
import { familyOf } from '../profiles/read-profile.js'
import type { Rules } from '../progression/rules.js'
import { askRoles } from '../roles/role-states.js'

/** How long a deletion can be taken back. */
const KEEP_DAYS = 7

/** What somebody loses with his account, for the second question. */
export type Loss = {
  accountId: number
  displayName: string
  xp: number
  coins: number
  rankId: number
  gamesPlayed: number
  messages: number
  /** Seconds. */
  voiceSeconds: number
  streak: number
  achievements: number
  platforms: PlatformName[]
}

export type DeletionRefusal =
  | { status: 'unknown_account' }
  /** Its seven days run already. */
  | { status: 'closing_already'; dueAt: Date }
  /** Both sides of a fresh merge could lose what they brought. */
  | { status: 'merged_lately'; until: Date }
  /**
   * An identity was taken off it within the last week: it would not be told and could not keep the account, and whoever
   * took it off may be no owner.
   */
  | { status: 'unlinked_lately'; until: Date }
  /** Accounts of admins are deleted by the command line only. */
  | { status: 'admin_account' }

export type DeletionContext = {
  now: Date
  rules: Rules
  newId: () => string
  /** ADMIN_ACCOUNTS, as `telegram:1`; empty for an operator, to whom they are no exception. */
  admins: ReadonlySet<string>
}

/** Whether an account may be deleted now, and what goes with it. Changes nothing. */
export async function askDeletion(
  reader: Reader,
  accountId: number,
  { now, admins }: Pick<DeletionContext, 'now' | 'admins'>,
): Promise<{ status: 'allowed'; loss: Loss } | DeletionRefusal> {
  const found = await judge(reader, accountId, { now, admins })
  return found.status === 'allowed' ? { status: 'allowed', loss: lossOf(found.user) } : found
}

export type StartDeletion = { status: 'started'; accountId: number; dueAt: Date } | DeletionRefusal

/**
 * Begins the seven days after which an account is erased. From this moment it is hidden everywhere, silent, closed for
 * every act and every coin, without rank roles and without sessions; bets and stakes come back first. Every identity is
 * told, with the way to keep it.
 */
export async function startDeletion(
  db: Database,
  { accountId, by }: { accountId: number; by: 'website' | 'operator' },
  context: DeletionContext,
): Promise<StartDeletion> {
  return db.transaction(async (tx) => {
    await tx.selectFrom('unified_users').select('id').where('id', '=', accountId).forUpdate().execute()
    const found = await judge(tx, accountId, context)
    if (found.status !== 'allowed') return found
    const { user } = found
    const identities = { telegram: user.telegram_id, discord: user.discord_id, website: user.website_email }
    const everybody = identitiesOf({ identities })
    await cancelOpenRounds(tx, accountId, context)
    await endOpenings(tx, { accountId, identities: everybody }, context)
    await endSessionsOf(tx, accountId)
    await endSignInLinks(tx, accountId)
    const { rows } = await sql<{ due_at: Date }>`
      insert into ttfd.deletions (account_id, asked_at, due_at, asked_by, was_private, wanted_notices)
      select ${accountId}, now(), now() + ${KEEP_DAYS * 24} * interval '1 hour', ${by}, coalesce(s.private, false), coalesce(s.notices, true)
      from (select 1) one left join ttfd.account_settings s on s.account_id = ${accountId}
      returning due_at`.execute(tx)
    const dueAt = rows[0]?.due_at ?? context.now
    // Private is what every list, page, picture and answer to strangers asks for.
    await sql`
      insert into ttfd.account_settings (account_id, private, notices) values (${accountId}, true, false)
      on conflict (account_id) do update set private = true, notices = false, updated_at = now()`.execute(tx)
    await sql`
      insert into ttfd.account_limits (account_id, state) values (${accountId}, '{"closed": {"until": null}}')
      on conflict (account_id) do update set updated_at = now(),
        state = (ttfd.account_limits.state::jsonb || '{"closed": {"until": null}}')::json`.execute(tx)
    await tx.deleteFrom('ttfd.email_changes').where('account_id', '=', accountId).execute()
    await writeLinkEvents(
      tx,
      [
        {
          accountId,
          type: 'deletion_asked',
          source: by === 'operator' ? 'system' : by,
          data: { until: dueAt.toISOString() },
          key: `deletion:${context.newId()}`,
          tell: everybody,
        },
      ],
      context.newId,
    )
    if (user.discord_id !== null) await askRoles(tx, user.discord_id)
    return { status: 'started', accountId, dueAt }
  })
}

async function judge(
  reader: Reader,
  accountId: number,
  { now, admins }: Pick<DeletionContext, 'now' | 'admins'>,
): Promise<{ status: 'allowed'; user: User } | DeletionRefusal> {
  const user = await readUser(reader, accountId)
  if (!user) return { status: 'unknown_account' }
  if (user.due_at) return { status: 'closing_already', dueAt: user.due_at }
  const identities = { telegram: user.telegram_id, discord: user.discord_id, website: user.website_email }
  if (isAdmin({ identities }, admins)) return { status: 'admin_account' }
  const merge = await reader
    .selectFrom('ttfd.merges')
    .select('frozen_until')
    .where('survivor_id', '=', accountId)
    .where('undone_at', 'is', null)
    .where('frozen_until', '>', now)
    .orderBy('frozen_until', 'desc')
    .executeTakeFirst()
  if (merge) return { status: 'merged_lately', until: merge.frozen_until }
  const left = await lastTakenOff(reader, accountId)
  if (left !== null) {
    const until = new Date(left.getTime() + KEEP_DAYS * 86_400_000)
    if (until > now) return { status: 'unlinked_lately', until }
  }
  return { status: 'allowed', user }
}

/** When an identity that is not back was last taken off the account by another one; null: never in a month. */
async function lastTakenOff(reader: Reader, accountId: number): Promise<Date | null> {
  const family = await familyOf(reader, accountId)
  const { rows } = await sql<{ at: Date | null }>`
    select max(h.happened_at) as at from ttfd.link_history h
      left join ttfd.identities i on i.platform = h.platform and i.platform_id = h.platform_id
    where h.act = 'unlinked' and h.account_id = any(${family}::bigint[]) and i.account_id is distinct from ${accountId}
      and not exists (select from ttfd.unlinks u where u.platform = h.platform and u.platform_id = h.platform_id
        and u.happened_at = h.happened_at and u.by_platform = u.platform and u.by_platform_id = u.platform_id)`.execute(
    reader,
  )
  return rows[0]?.at ?? null
}

function readUser(reader: Reader, accountId: number) {
  return reader
    .selectFrom('unified_users as u')
    .leftJoin('ttfd.deletions as d', 'd.account_id', 'u.id')
    .selectAll('u')
    .select('d.due_at')
    .where('u.id', '=', accountId)
    .executeTakeFirst()
}

type User = NonNullable<Awaited<ReturnType<typeof readUser>>>

function lossOf(user: User): Loss {
  return {
    accountId: user.id,
    displayName: user.display_name,
    xp: user.xp,
    coins: user.coins,
    rankId: user.rank_id,
    gamesPlayed: user.games_played,
    messages: user.messages_sent,
    voiceSeconds: user.total_voice_time,
    streak: user.daily_streak,
    achievements: user.achievements.length,
    platforms: user.platforms,
  }
}

async function endSignInLinks(tx: Tx, accountId: number): Promise<void> {
  await sql`update ttfd.sign_in_links set ended_at = now(), outcome = 'replaced'
    where ended_at is null and ttfd.living_account(account_id) = ${accountId}`.execute(tx)
}
