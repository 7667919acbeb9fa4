import type { Deliverer } from '../../../core/deliveries/delivery.js'
import { claimRolesOf, settleRole } from '../../../core/roles/role-states.js'
import type { Database } from '../../../db/connect.js'
import type { RoleKeeper } from './role-keeper.js'

const BUSY_SECONDS = 0.5

/** Carries a rank to the member's roles in every guild that has rank roles. Needs REST only, so any process may do it. */
export function roleDeliverer(db: Database, keeper: RoleKeeper): Deliverer {
  return async (delivery, signal) => {
    const discordId = delivery.recipient?.discordId ?? null
    if (discordId === null) return { status: 'skipped', why: 'no_discord' }
    const { leases, busy } = await claimRolesOf(db, discordId)
    if (leases.length + busy === 0) return { status: 'skipped', why: 'no_rank_roles' }
    const looks = await Promise.all(
      leases.map(async (lease) => {
        const look = await keeper.look(lease, signal)
        await settleRole(db, lease, look.settlement)
        return look
      }),
    )
    const failed = looks.find(({ error }) => error !== null)
    const waits = looks.flatMap(({ settlement }) =>
      settlement.state === 'queued' ? [settlement.afterSeconds] : [],
    )
    if (failed?.error && !failed.error.startsWith('rate limited'))
      return { status: 'retry', error: failed.error }
    if (waits.length > 0) return { status: 'later', seconds: Math.max(...waits), why: 'merged' }
    if (busy > 0) return { status: 'later', seconds: BUSY_SECONDS, why: 'somebody else is at it' }
    const blocked = looks.flatMap(({ settlement }) =>
      settlement.state === 'blocked' ? [settlement.reason] : [],
    )
    if (blocked.length === looks.length && blocked[0]) return { status: 'skipped', why: blocked[0] }
    return { status: 'delivered' }
  }
}
