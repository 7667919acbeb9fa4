import { type Identity, identityKey } from '../../src/core/accounts/identity.js'
import { readRestriction } from '../../src/core/restrictions/read-restriction.js'
import { liftRestrictions, type RestrictOrder, restrict } from '../../src/core/restrictions/restrict.js'
import type { RestrictionKind } from '../../src/core/restrictions/restriction.js'
import { freshMergers } from '../merging/support.js'
import type { Kind } from '../support/databases.js'

/** An end that the database's clock has not reached. */
export const SOON = () => new Date(Date.now() + 3_600_000)

/** People whom an operator can restrict. */
export async function freshRestricted(kind: Kind, { admins = [] }: { admins?: readonly Identity[] } = {}) {
  const people = await freshMergers(kind)
  const context = () => ({ ...people.context(), now: new Date(), admins: new Set(admins.map(identityKey)) })
  return Object.assign(Object.create(people) as typeof people, {
    async restrict(who: Identity, kind: RestrictionKind, more: Partial<RestrictOrder> = {}) {
      const accountId = await people.idOf(who)
      const order = { accountId, kind, reason: 'спам', givenBy: 'test', ...more }
      return people.db.transaction((tx) => restrict(tx, order, context()))
    },
    async lift(who: Identity) {
      const accountId = await people.idOf(who)
      return people.db.transaction((tx) => liftRestrictions(tx, { accountId, liftedBy: 'test' }, context()))
    },
    async restriction(who: Identity): Promise<RestrictionKind | null> {
      const found = await readRestriction(people.db.kysely, await people.idOf(who), new Date())
      return found?.kind ?? null
    },
  })
}
