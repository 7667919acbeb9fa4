import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Database, Reader, Tx } from '../../db/connect.js'
import type { RoleBlock, RoleState } from '../../db/tables/roles.js'
import { CHANGED_CHANNEL, DELIVERIES_CHANNEL } from '../progression/award-statements.js'

/** One member's rank role in one guild, as far as it is known. */
export type MemberRole = {
  guildId: string
  wantedTier: string | null
  appliedTier: string | null
  state: RoleState
  reason: RoleBlock | null
  checkedAt: Date | null
}

/** A member's roles under lease: nobody else looks at them meanwhile. */
export type RoleLease = {
  guildId: string
  discordId: string
  token: string
  asked: number
  attempts: number
  wantedTier: string | null
  appliedTier: string | null
  /** The wanted tier is the one he was last known to have: nothing need be asked of Discord. */
  knownRight: boolean
  /** Seconds since the bot changed this member's roles last; null: never. */
  changedSecondsAgo: number | null
}

const LEASE_SECONDS = 30

// The tier of whoever has this Discord id now; nobody's is null, and so is that of an unlinked one and of whoever is
// being deleted.
const TIER_OF_ROW = sql`(
  select r.tier from unified_users u join ttfd.ranks r on r.id = u.rank_id where u.discord_id = s.discord_id
    and not exists (select from ttfd.deletions d where d.account_id = u.id))`

/**
 * Asks for a look at one person's roles in every guild that has rank roles: after a link, an unlink, a merge, a
 * deletion. May be part of the caller's transaction; wakes the bot.
 */
export async function askRoles(reader: Reader | Tx, discordId: string): Promise<void> {
  await sql`
    insert into ttfd.role_states as s (guild_id, discord_id, asked)
    select distinct guild_id, ${discordId}::text, 1 from ttfd.guild_roles
    on conflict (guild_id, discord_id) do update set state = 'queued', reason = null, asked = s.asked + 1,
      attempts = 0, available_at = now()
      where s.reason is distinct from 'member_gone'`.execute(reader)
  await sql`select pg_notify(${DELIVERIES_CHANNEL}, '')`.execute(reader)
}

/** Asks for a look at members of one guild: joined, edited by hand, found different by a sweep. */
export async function askMemberRoles(
  db: Database,
  guildId: string,
  discordIds: readonly string[],
): Promise<void> {
  if (discordIds.length === 0) return
  await sql`
    insert into ttfd.role_states as s (guild_id, discord_id, asked)
    select ${guildId}, id, 1 from unnest(${[...discordIds].sort()}::text[]) as v (id)
    on conflict (guild_id, discord_id) do update set state = 'queued', reason = null, asked = s.asked + 1,
      attempts = 0, available_at = least(s.available_at, now())`.execute(db.kysely)
}

/** Asks again for everybody in a guild who was blocked for a reason that may be gone now. */
export async function askBlocked(db: Database, guildId: string): Promise<void> {
  await sql`
    update ttfd.role_states set state = 'queued', reason = null, asked = asked + 1, attempts = 0, available_at = now()
    where guild_id = ${guildId} and state = 'blocked' and reason <> 'member_gone'`.execute(db.kysely)
}

type LeaseRow = {
  guild_id: string
  discord_id: string
  asked: number
  attempts: number
  wanted: string | null
  applied_tier: string | null
  changed_ago: number | null
  was?: RoleState
}

/** Leases what is queued and due in these guilds; any number of processes may do so at once. */
export async function claimRoles(
  db: Database,
  guildIds: readonly string[],
  limit: number,
): Promise<RoleLease[]> {
  const token = randomUUID()
  const { rows } = await sql<LeaseRow>`
    with due as (
      select guild_id, discord_id from ttfd.role_states
      where state = 'queued' and available_at <= now() and (leased_until is null or leased_until < now())
        and guild_id = any(${guildIds as string[]}::text[])
      order by available_at limit ${limit} for update skip locked
    )
    update ttfd.role_states s set lease_token = ${token}, leased_until = now() + ${LEASE_SECONDS} * interval '1 second',
      attempts = s.attempts + 1, wanted_tier = ${TIER_OF_ROW}
    from due where s.guild_id = due.guild_id and s.discord_id = due.discord_id
    returning s.guild_id, s.discord_id, s.asked, s.attempts, s.wanted_tier as wanted, s.applied_tier,
      extract(epoch from now() - s.changed_at)::float8 as changed_ago`.execute(db.kysely)
  return rows.map((row) => leaseOf(row, token))
}

/**
 * Leases one person's roles in every guild that has rank roles and where he is not known to be gone. Guilds where
 * somebody else has the lease are counted in `busy`: they take one more look.
 */
export async function claimRolesOf(
  db: Database,
  discordId: string,
): Promise<{ leases: RoleLease[]; busy: number }> {
  const token = randomUUID()
  return db.transaction(async (tx) => {
    await sql`
      insert into ttfd.role_states (guild_id, discord_id)
      select distinct guild_id, ${discordId}::text from ttfd.guild_roles on conflict do nothing`.execute(tx)
    const { rows } = await sql<LeaseRow & { mine: boolean }>`
      with seen as (
        select guild_id, discord_id, state, leased_until is null or leased_until < now() as free from ttfd.role_states s
        where discord_id = ${discordId} and reason is distinct from 'member_gone'
          and exists (select from ttfd.guild_roles g where g.guild_id = s.guild_id)
        order by guild_id for update
      )
      update ttfd.role_states s set asked = s.asked + 1, state = 'queued', reason = null, wanted_tier = ${TIER_OF_ROW},
        attempts = case when seen.free then 1 else s.attempts end,
        lease_token = case when seen.free then ${token}::uuid else s.lease_token end,
        leased_until = case when seen.free then now() + ${LEASE_SECONDS} * interval '1 second' else s.leased_until end
      from seen where s.guild_id = seen.guild_id and s.discord_id = seen.discord_id
      returning s.guild_id, s.discord_id, s.asked, s.attempts, s.wanted_tier as wanted, s.applied_tier,
        extract(epoch from now() - s.changed_at)::float8 as changed_ago, seen.free as mine, seen.state as was`.execute(
      tx,
    )
    const mine = rows.filter((row) => row.mine)
    return { leases: mine.map((row) => leaseOf(row, token)), busy: rows.length - mine.length }
  })
}

function leaseOf(row: LeaseRow, token: string): RoleLease {
  return {
    guildId: row.guild_id,
    discordId: row.discord_id,
    token,
    asked: row.asked,
    attempts: row.attempts,
    wantedTier: row.wanted,
    appliedTier: row.applied_tier,
    knownRight: row.was === 'applied' && row.applied_tier === row.wanted,
    changedSecondsAgo: row.changed_ago,
  }
}

/** What came of a look. */
export type RoleSettlement =
  | { state: 'applied'; changed: boolean }
  | { state: 'blocked'; reason: RoleBlock }
  /** Looked at again later; `changed` when a PATCH went out. */
  | { state: 'queued'; afterSeconds: number; changed: boolean }

/**
 * Writes what came of a look, where the lease still holds, and tells the person's open pages. What was asked for
 * meanwhile stays queued.
 */
export async function settleRole(db: Database, lease: RoleLease, settlement: RoleSettlement): Promise<void> {
  const changed = settlement.state !== 'blocked' && settlement.changed
  const reason = settlement.state === 'blocked' ? settlement.reason : null
  const wait = settlement.state === 'queued' ? settlement.afterSeconds : 0
  const again = sql`asked > ${lease.asked}`
  await sql`
    with settled as (update ttfd.role_states set lease_token = null, leased_until = null, checked_at = now(),
      state = case when ${again} then 'queued' else ${settlement.state} end,
      reason = case when ${again} then null else ${reason} end,
      available_at = now() + ${wait} * interval '1 second',
      attempts = case when ${settlement.state === 'queued'} then attempts else 0 end,
      applied_tier = case when ${settlement.state === 'applied'} then ${lease.wantedTier} else applied_tier end,
      changed_at = case when ${changed} then now() else changed_at end
    where guild_id = ${lease.guildId} and discord_id = ${lease.discordId} and lease_token = ${lease.token}
    returning discord_id)
    select pg_notify(${CHANGED_CHANNEL}, u.id::text) from settled join unified_users u using (discord_id)`.execute(
    db.kysely,
  )
}

/**
 * A member left the guild: nothing is asked of Discord until he comes back. A look under way loses its lease: what it saw
 * before he left would else say that he wears his role.
 */
export async function memberGone(db: Database, guildId: string, discordId: string): Promise<void> {
  await sql`
    update ttfd.role_states set state = 'blocked', reason = 'member_gone', applied_tier = null, checked_at = now(),
      lease_token = null, leased_until = null
    where guild_id = ${guildId} and discord_id = ${discordId}`.execute(db.kysely)
}

/** A person's roles for himself and the admin, one entry a guild. */
export async function readMemberRoles(reader: Reader, discordId: string): Promise<MemberRole[]> {
  const { rows } = await sql<{
    guild_id: string
    wanted: string | null
    applied_tier: string | null
    state: RoleState
    reason: RoleBlock | null
    checked_at: Date | null
  }>`
    select s.guild_id, ${TIER_OF_ROW} as wanted, s.applied_tier, s.state, s.reason, s.checked_at
    from ttfd.role_states s where s.discord_id = ${discordId} order by s.guild_id`.execute(reader)
  return rows.map((row) => ({
    guildId: row.guild_id,
    wantedTier: row.wanted,
    appliedTier: row.applied_tier,
    state: row.state,
    reason: row.reason,
    checkedAt: row.checked_at,
  }))
}

export type RoleSummary = { guildId: string; state: RoleState; reason: RoleBlock | null; members: number }

/** How the roles of all guilds stand, for the admin and `doctor`. */
export async function summarizeRoles(reader: Reader): Promise<RoleSummary[]> {
  const { rows } = await sql<{
    guild_id: string
    state: RoleState
    reason: RoleBlock | null
    members: number
  }>`
    select guild_id, state, reason, count(*) as members from ttfd.role_states
    group by guild_id, state, reason order by guild_id, state, reason`.execute(reader)
  return rows.map(({ guild_id, ...row }) => ({ guildId: guild_id, ...row }))
}
