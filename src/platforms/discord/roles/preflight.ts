import { type APIGuildMember, type APIRole, PermissionFlagsBits, type REST, Routes } from 'discord.js'
import { readGuildRoles } from '../../../core/roles/guild-roles.js'
import type { RoleMap } from '../../../core/roles/role-diff.js'
import type { Database } from '../../../db/connect.js'
import type { RoleBlock } from '../../../db/tables/roles.js'
import { CODE, hasCode } from '../errors.js'

/** What the bot may do with a guild's rank roles, found out once and not by refused calls. */
export type GuildRights = RoleMap & {
  /** Why nobody's role can be changed here; null: it can. */
  blocked: RoleBlock | null
  /** Roles that exist, whether or not the bot may touch them. */
  existing: ReadonlySet<string>
}

const FRESH_MS = 300_000
/** After Discord refused a call although everything looked right, it is asked again only this much later. */
const REFUSED_MS = 60_000

/**
 * Looks at each guild's roles before any member's are changed: a role above the bot's, a missing permission or a
 * deleted role shows here. Kept for minutes and forgotten when the gateway tells of a change.
 */
export class Preflight {
  readonly #db: Database
  readonly #rest: REST
  readonly #clock: () => number
  readonly #known = new Map<string, { until: number; rights: Promise<GuildRights> }>()
  #botId: Promise<string> | null = null

  /** `clock` gives monotonic milliseconds. */
  constructor(db: Database, rest: REST, clock: () => number) {
    this.#db = db
    this.#rest = rest
    this.#clock = clock
  }

  /** Throws what Discord or the database answers when they cannot be asked. */
  of(guildId: string): Promise<GuildRights> {
    const known = this.#known.get(guildId)
    if (known && this.#clock() < known.until) return known.rights
    const rights = this.#look(guildId)
    this.#known.set(guildId, { until: this.#clock() + FRESH_MS, rights })
    rights.catch(() => this.#known.delete(guildId))
    return rights
  }

  forget(guildId: string): void {
    this.#known.delete(guildId)
  }

  /** Discord refused a change of this guild's members: no more calls for a while. */
  refused(guildId: string, rights: GuildRights): void {
    this.#known.set(guildId, {
      until: this.#clock() + REFUSED_MS,
      rights: Promise.resolve({ ...rights, blocked: 'missing_permission' }),
    })
  }

  async #look(guildId: string): Promise<GuildRights> {
    const byTier = await readGuildRoles(this.#db.kysely, guildId)
    if (byTier.size === 0) return { byTier, blocked: null, existing: new Set(), manageable: new Set() }
    try {
      const [roles, me] = await Promise.all([
        this.#rest.get(Routes.guildRoles(guildId)) as Promise<APIRole[]>,
        this.#me().then((id) => this.#rest.get(Routes.guildMember(guildId, id)) as Promise<APIGuildMember>),
      ])
      return rightsOf(guildId, byTier, roles, me.roles)
    } catch (error) {
      // The bot was taken out of the guild, or sees nothing of it.
      if (!hasCode(error, CODE.missingAccess, CODE.unknownGuild, CODE.unknownMember)) throw error
      return { byTier, blocked: 'missing_permission', existing: new Set(), manageable: new Set() }
    }
  }

  #me(): Promise<string> {
    this.#botId ??= (this.#rest.get(Routes.user()) as Promise<{ id: string }>).then(({ id }) => id)
    this.#botId.catch(() => {
      this.#botId = null
    })
    return this.#botId
  }
}

const NEEDED = PermissionFlagsBits.Administrator | PermissionFlagsBits.ManageRoles

/** What a bot with these roles may do. Pure. */
function rightsOf(
  guildId: string,
  byTier: ReadonlyMap<string, string>,
  roles: readonly Pick<APIRole, 'id' | 'position' | 'permissions' | 'managed'>[],
  mine: readonly string[],
): GuildRights {
  const own = roles.filter((role) => role.id === guildId || mine.includes(role.id))
  const permissions = own.reduce((all, role) => all | BigInt(role.permissions), 0n)
  const top = Math.max(...own.map((role) => role.position))
  return {
    byTier,
    blocked: (permissions & NEEDED) === 0n ? 'missing_permission' : null,
    existing: new Set(roles.map((role) => role.id)),
    manageable: new Set(
      roles.filter((role) => role.position < top && !role.managed && role.id !== guildId).map(({ id }) => id),
    ),
  }
}
