import { sql } from 'kysely'
import type { Database, Reader, Tx } from '../../db/connect.js'

/** The seven tiers from the lowest to the highest; each may have a role in a guild. */
export const TIERS = ['F', 'E', 'D', 'C', 'B', 'A', 'S'] as const

/** Role ids of one guild by tier; empty when nobody set it up. */
export async function readGuildRoles(reader: Reader, guildId: string): Promise<Map<string, string>> {
  const rows = await reader
    .selectFrom('ttfd.guild_roles')
    .select(['tier', 'role_id'])
    .where('guild_id', '=', guildId)
    .execute()
  return new Map(rows.map((row) => [row.tier, row.role_id]))
}

/**
 * Maps tiers to roles of a guild (those named; the others stay), notes who did it, and asks for a sweep over its
 * members. Used by `/setup ranks` and the CLI. Refuses one role for two tiers.
 */
export async function setGuildRoles(
  db: Database,
  guildId: string,
  roles: ReadonlyMap<string, string>,
  actor: string,
): Promise<{ status: 'set' } | { status: 'same_role_twice' }> {
  return db.transaction(async (tx) => {
    const known = await readGuildRoles(tx, guildId)
    const after = new Map([...known, ...roles])
    if (new Set(after.values()).size < after.size) return { status: 'same_role_twice' }
    await tx.deleteFrom('ttfd.guild_roles').where('guild_id', '=', guildId).execute()
    if (after.size > 0) {
      await tx
        .insertInto('ttfd.guild_roles')
        .values([...after].map(([tier, role_id]) => ({ guild_id: guildId, tier, role_id })))
        .execute()
    }
    await tx
      .insertInto('ttfd.audit_log')
      .values({
        actor,
        act: 'guild_roles_set',
        account_id: null,
        detail: JSON.stringify({ guildId, roles: Object.fromEntries(after) }),
      })
      .execute()
    await askSweep(tx, guildId)
    return { status: 'set' }
  })
}

/** Asks for a look at every member's roles: of one guild, or of all (after an import or a restore). */
export async function askSweep(reader: Reader | Tx, guildId?: string): Promise<void> {
  const guilds =
    guildId === undefined
      ? sql`select distinct guild_id from ttfd.guild_roles`
      : sql`select ${guildId}::text as guild_id`
  await sql`
    insert into ttfd.discord_guilds (guild_id, sweep_asked_at) select guild_id, now() from (${guilds}) asked
    on conflict (guild_id) do update set sweep_asked_at = now()`.execute(reader)
}

/** Which of these guilds are due for a sweep: asked for since the last one, or not swept for `afterHours`. */
export async function dueSweeps(
  reader: Reader,
  guildIds: readonly string[],
  afterHours: number,
): Promise<string[]> {
  const { rows } = await sql<{ guild_id: string }>`
    select r.guild_id from (select distinct guild_id from ttfd.guild_roles) r
      left join ttfd.discord_guilds g on g.guild_id = r.guild_id
    where r.guild_id = any(${guildIds as string[]}::text[])
      and (g.swept_at is null or g.sweep_asked_at > g.swept_at or g.swept_at < now() - ${afterHours} * interval '1 hour')`.execute(
    reader,
  )
  return rows.map((row) => row.guild_id)
}

/** The database's time, taken before a sweep, so that what is asked for meanwhile makes another one. */
export async function sweepBegin(reader: Reader): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select now() as now`.execute(reader)
  return rows[0]?.now ?? new Date(0)
}

export async function sweepEnded(db: Database, guildId: string, began: Date): Promise<void> {
  await sql`
    insert into ttfd.discord_guilds (guild_id, swept_at) values (${guildId}, ${began})
    on conflict (guild_id) do update set swept_at = excluded.swept_at`.execute(db.kysely)
}
