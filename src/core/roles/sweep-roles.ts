import { sql } from 'kysely'
import type { Database, Reader } from '../../db/connect.js'
import { isReached } from './role-diff.js'

/** Members per look. Discord answers up to 100 named members by one gateway request. */
const SWEEP_PAGE = 100

/** A page of Discord ids to look at in one guild: everybody with an account, and whoever still may wear a role of ours. */
export async function sweepPage(reader: Reader, guildId: string, after: string): Promise<string[]> {
  const { rows } = await sql<{ discord_id: string }>`
    select discord_id from (
      (select discord_id from unified_users where discord_id > ${after} order by discord_id limit ${SWEEP_PAGE})
      union
      (select discord_id from ttfd.role_states
        where guild_id = ${guildId} and discord_id > ${after} and applied_tier is not null
        order by discord_id limit ${SWEEP_PAGE})
    ) people order by discord_id limit ${SWEEP_PAGE}`.execute(reader)
  return rows.map((row) => row.discord_id)
}

/** The tier that each of these people should have now; who has no account is absent. */
async function tiersOf(reader: Reader, discordIds: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ discord_id: string; tier: string }>`
    select u.discord_id, r.tier from unified_users u join ttfd.ranks r on r.id = u.rank_id
    where u.discord_id = any(${discordIds as string[]}::text[])
      and not exists (select from ttfd.deletions d where d.account_id = u.id)`.execute(reader)
  return new Map(rows.map((row) => [row.discord_id, row.tier]))
}

/**
 * Compares members as the gateway shows them with what they should have: who is right is noted so, who is not is
 * returned, to be asked for. Costs no request to Discord.
 */
export async function compareRoles(
  db: Database,
  guildId: string,
  byTier: ReadonlyMap<string, string>,
  members: readonly { discordId: string; roles: readonly string[] }[],
): Promise<string[]> {
  const tiers = await tiersOf(
    db.kysely,
    members.map((member) => member.discordId),
  )
  const right: { discordId: string; tier: string | null }[] = []
  const wrong: string[] = []
  for (const { discordId, roles } of members) {
    const tier = tiers.get(discordId) ?? null
    // A tier without a role in this guild wants nothing there.
    const wanted = tier !== null && byTier.has(tier) ? tier : null
    if (isReached(roles, byTier, wanted)) right.push({ discordId, tier })
    else wrong.push(discordId)
  }
  if (right.length > 0) {
    right.sort((a, b) => (a.discordId < b.discordId ? -1 : 1))
    await sql`
      insert into ttfd.role_states as s (guild_id, discord_id, wanted_tier, applied_tier, state, checked_at)
      select ${guildId}, v.id, v.tier, v.tier, 'applied', now()
      from unnest(${right.map((one) => one.discordId)}::text[], ${right.map((one) => one.tier)}::text[]) as v (id, tier)
      on conflict (guild_id, discord_id) do update set wanted_tier = excluded.wanted_tier,
        applied_tier = excluded.applied_tier, state = 'applied', reason = null, checked_at = now()
        where s.lease_token is null
          and (s.state <> 'applied' or s.applied_tier is distinct from excluded.applied_tier)`.execute(
      db.kysely,
    )
  }
  return wrong
}
