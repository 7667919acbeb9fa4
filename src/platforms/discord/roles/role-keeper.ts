import { type APIGuildMember, type REST, Routes } from 'discord.js'
import { changeRoles, isReached } from '../../../core/roles/role-diff.js'
import type { RoleLease, RoleSettlement } from '../../../core/roles/role-states.js'
import type { RoleBlock } from '../../../db/tables/roles.js'
import { CODE, describeError, hasCode, retryAfter } from '../errors.js'
import { nextLookSeconds } from './back-off.js'
import type { GuildRights, Preflight } from './preflight.js'

/** What came of one look at one member. */
export type RoleLook = { settlement: RoleSettlement; error: string | null }

/**
 * Brings one member's rank role to what it should be: reads his roles, computes the list, writes it by one PATCH that
 * leaves every other role alone, and compares the answer. Repeating it is harmless.
 */
export class RoleKeeper {
  readonly #rest: REST
  readonly #preflight: Preflight
  readonly #spacingMs: number
  readonly #random: (n: number) => number

  constructor(rest: REST, preflight: Preflight, spacingMs: number, random: (n: number) => number) {
    this.#rest = rest
    this.#preflight = preflight
    this.#spacingMs = spacingMs
    this.#random = random
  }

  async look(lease: RoleLease, signal: AbortSignal): Promise<RoleLook> {
    if (lease.knownRight) return done({ state: 'applied', changed: false })
    const sinceMs = lease.changedSecondsAgo === null ? Infinity : lease.changedSecondsAgo * 1000
    // The first change went at once; what follows closely is merged into one.
    if (sinceMs < this.#spacingMs) {
      return done({ state: 'queued', afterSeconds: (this.#spacingMs - sinceMs) / 1000, changed: false })
    }
    try {
      const rights = await this.#preflight.of(lease.guildId)
      const blocked = blockOf(rights, lease.wantedTier)
      if (blocked) return done({ state: 'blocked', reason: blocked })
      if (rights.byTier.size === 0) return done({ state: 'applied', changed: false })
      return await this.#change(lease, rights, signal)
    } catch (error) {
      return {
        settlement: { state: 'queued', afterSeconds: this.#waitAfter(error, lease), changed: false },
        error: describeError(error),
      }
    }
  }

  async #change(lease: RoleLease, rights: GuildRights, signal: AbortSignal): Promise<RoleLook> {
    const route = Routes.guildMember(lease.guildId, lease.discordId)
    try {
      const member = (await this.#rest.get(route, { signal })) as APIGuildMember
      const change = changeRoles(member.roles, rights, lease.wantedTier)
      if (change.roles === null) {
        if (change.reached) return done({ state: 'applied', changed: false })
        return done({ state: 'blocked', reason: 'role_above_bot' })
      }
      const after = (await this.#rest.patch(route, {
        body: { roles: change.roles },
        reason: 'TTFD rank',
        signal,
      })) as APIGuildMember
      if (isReached(after.roles, rights.byTier, lease.wantedTier))
        return done({ state: 'applied', changed: true })
      if (!change.reached) return done({ state: 'blocked', reason: 'role_above_bot' })
      return done({ state: 'queued', afterSeconds: this.#spacingMs / 1000, changed: true })
    } catch (error) {
      if (hasCode(error, CODE.unknownMember, CODE.unknownUser)) {
        return done({ state: 'blocked', reason: 'member_gone' })
      }
      if (hasCode(error, CODE.missingPermissions, CODE.missingAccess)) {
        this.#preflight.refused(lease.guildId, rights)
        return done({ state: 'blocked', reason: 'missing_permission' })
      }
      throw error
    }
  }

  #waitAfter(error: unknown, lease: RoleLease): number {
    return retryAfter(error) ?? nextLookSeconds(lease.attempts, this.#random(1000) / 1000)
  }
}

/** Why a guild cannot give this tier's role; null: it can, or has none for it. */
function blockOf(rights: GuildRights, wantedTier: string | null): RoleBlock | null {
  if (rights.blocked) return rights.blocked
  const role = wantedTier === null ? undefined : rights.byTier.get(wantedTier)
  if (role === undefined) return null
  if (!rights.existing.has(role)) return 'role_deleted'
  return rights.manageable.has(role) ? null : 'role_above_bot'
}

function done(settlement: RoleSettlement): RoleLook {
  return { settlement, error: null }
}
