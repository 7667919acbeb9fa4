import { type Client, Events, type Guild } from 'discord.js'
import { isOutage } from '../../../core/availability/is-outage.js'
import { dueSweeps, readGuildRoles, sweepBegin, sweepEnded } from '../../../core/roles/guild-roles.js'
import {
  askBlocked,
  askMemberRoles,
  claimRoles,
  memberGone,
  settleRole,
} from '../../../core/roles/role-states.js'
import { compareRoles, sweepPage } from '../../../core/roles/sweep-roles.js'
import { describeError } from '../errors.js'
import type { BaseKit } from '../types.js'
import type { Preflight } from './preflight.js'
import type { RoleKeeper } from './role-keeper.js'

const AT_ONCE = 4
const CLAIMED = 20
const LOOK_MS = 12_000
/** Changes that come together are compared together. */
const GATHER_MS = 150
const FETCH_MS = 15_000

/**
 * Keeps rank roles right in this process's guilds: looks at who is asked for, at who joined or was edited by hand, and
 * slowly at everybody. What the gateway shows costs no request; only who is wrong is asked for.
 */
export class RoleWatch {
  readonly #kit: BaseKit
  readonly #keeper: RoleKeeper
  readonly #preflight: Preflight
  #client: Client | null = null
  #seen = new Map<string, Map<string, readonly string[]>>()
  #gathering: NodeJS.Timeout | null = null
  #working: Promise<void> | null = null
  #again = false
  #sweeping: Promise<void> | null = null

  constructor(kit: BaseKit, keeper: RoleKeeper, preflight: Preflight) {
    this.#kit = kit
    this.#keeper = keeper
    this.#preflight = preflight
  }

  attach(client: Client): void {
    this.#client = client
    client.on(Events.GuildMemberAdd, (member) => this.ask(member.guild.id, member.id))
    client.on(Events.GuildMemberRemove, (member) => {
      // What was seen of him before does not hold any more.
      this.#seen.get(member.guild.id)?.delete(member.id)
      this.#quietly(memberGone(this.#kit.db, member.guild.id, member.id))
    })
    client.on(Events.GuildMemberUpdate, (before, after) => {
      if (after.id === client.user?.id) return this.#rolesChanged(after.guild)
      const now = [...after.roles.cache.keys()]
      const same =
        !before.partial &&
        before.roles.cache.size === now.length &&
        now.every((id) => before.roles.cache.has(id))
      if (!same) this.#noticed(after.guild.id, after.id, now)
    })
    client.on(Events.GuildRoleUpdate, (before, after) => {
      if (before.position !== after.position || !before.permissions.equals(after.permissions))
        this.#rolesChanged(after.guild)
    })
    client.on(Events.GuildRoleCreate, (role) => this.#preflight.forget(role.guild.id))
    client.on(Events.GuildRoleDelete, (role) => this.#rolesChanged(role.guild))
  }

  detach(): void {
    this.#client = null
    if (this.#gathering) clearTimeout(this.#gathering)
    this.#gathering = null
    this.#seen.clear()
  }

  /** A member may have a wrong role: he is looked at soon. */
  ask(guildId: string, discordId: string): void {
    this.#quietly(askMemberRoles(this.#kit.db, guildId, [discordId]).then(() => this.work()))
  }

  /** Looks at everybody who is asked for and due; calls while one is under way make one more round. */
  work(): void {
    if (this.#working) {
      this.#again = true
      return
    }
    this.#working = this.#work()
      .catch((error: unknown) => this.#report(error))
      .finally(() => {
        this.#working = null
        if (this.#again) {
          this.#again = false
          this.work()
        }
      })
  }

  /** Sweeps the guilds that are due, one after another; calls while one is under way join it. */
  sweep(): Promise<void> {
    this.#sweeping ??= this.#sweep()
      .catch((error: unknown) => this.#report(error))
      .finally(() => {
        this.#sweeping = null
      })
    return this.#sweeping
  }

  async idle(): Promise<void> {
    await this.#sweeping
    while (this.#working) await this.#working
  }

  async #work(): Promise<void> {
    const { db } = this.#kit
    while (this.#client) {
      const leases = await claimRoles(db, [...this.#client.guilds.cache.keys()], CLAIMED)
      if (leases.length === 0) return
      for (let at = 0; at < leases.length; at += AT_ONCE) {
        await Promise.all(
          leases.slice(at, at + AT_ONCE).map(async (lease) => {
            const { settlement, error } = await this.#keeper.look(lease, AbortSignal.timeout(LOOK_MS))
            if (error) this.#kit.log.warn({ guild: lease.guildId, error }, 'a role look failed')
            await settleRole(db, lease, settlement)
          }),
        )
      }
    }
  }

  /** The bot's place among the roles changed, or a role is gone: what was blocked may be possible, and the reverse. */
  #rolesChanged(guild: Guild): void {
    this.#preflight.forget(guild.id)
    this.#quietly(askBlocked(this.#kit.db, guild.id).then(() => this.work()))
  }

  #noticed(guildId: string, discordId: string, roles: readonly string[]): void {
    const guild = this.#seen.get(guildId) ?? new Map<string, readonly string[]>()
    guild.set(discordId, roles)
    this.#seen.set(guildId, guild)
    this.#gathering ??= setTimeout(() => {
      this.#gathering = null
      const seen = this.#seen
      this.#seen = new Map()
      for (const [id, members] of seen) this.#quietly(this.#compare(id, members))
    }, GATHER_MS)
  }

  async #compare(guildId: string, members: ReadonlyMap<string, readonly string[]>): Promise<number> {
    const { db } = this.#kit
    const byTier = await readGuildRoles(db.kysely, guildId)
    if (byTier.size === 0) return 0
    const list = [...members].map(([discordId, roles]) => ({ discordId, roles }))
    const wrong = await compareRoles(db, guildId, byTier, list)
    await askMemberRoles(db, guildId, wrong)
    if (wrong.length > 0) this.work()
    return wrong.length
  }

  async #sweep(): Promise<void> {
    const { db, tuning, log } = this.#kit
    const guildIds = [...(this.#client?.guilds.cache.keys() ?? [])]
    for (const guildId of await dueSweeps(db.kysely, guildIds, tuning.roleSweepHours)) {
      const guild = this.#client?.guilds.cache.get(guildId)
      if (!guild?.available) continue
      this.#preflight.forget(guildId)
      await askBlocked(db, guildId)
      const began = await sweepBegin(db.kysely)
      const { looked, wrong } = await this.#sweepGuild(guild)
      await sweepEnded(db, guildId, began)
      log.info({ guild: guildId, looked, wrong }, 'rank roles swept')
    }
    this.work()
  }

  async #sweepGuild(guild: Guild): Promise<{ looked: number; wrong: number }> {
    const { db, tuning } = this.#kit
    let looked = 0
    let wrong = 0
    for (let after = ''; this.#client; ) {
      const ids = await sweepPage(db.kysely, guild.id, after)
      if (ids.length === 0) break
      // By the gateway, not by REST: a hundred members a request, and none of it counts against REST's limits.
      const members = await guild.members.fetch({ user: ids, time: FETCH_MS })
      const roles = new Map([...members].map(([id, member]) => [id, [...member.roles.cache.keys()]]))
      looked += roles.size
      wrong += await this.#compare(guild.id, roles)
      after = ids.at(-1) ?? ''
      await new Promise((resolve) => setTimeout(resolve, tuning.sweepPauseMs))
    }
    return { looked, wrong }
  }

  #quietly(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#report(error))
  }

  #report(error: unknown): void {
    // What an outage leaves undone the sweep finds.
    if (!isOutage(error)) this.#kit.log.error({ error: describeError(error) }, 'rank roles could not be kept')
  }
}
