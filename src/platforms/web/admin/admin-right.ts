import { identityKey } from '../../../core/accounts/identity.js'
import type { Visitor } from '../../../core/website/sessions.js'

/** The listed identity by which a session was made, as the audit log names it: `discord:1`; null: it is nobody's. */
export function adminNamed({ accountId, maker }: Visitor, admins: ReadonlySet<string>): string | null {
  if (accountId === null || (maker.by !== 'discord' && maker.by !== 'telegram')) return null
  const actor = identityKey({ platform: maker.by, id: maker.id })
  return admins.has(actor) ? actor : null
}

/** Where an admin's own pages lead him: to the admins' pages, or first to a fresh sign-in. Null for everybody else. */
export function adminHrefOf(visitor: Visitor, admins: ReadonlySet<string>): string | null {
  if (adminNamed(visitor, admins) === null) return null
  return visitor.fresh ? '/admin' : '/login?next=/admin&again=1'
}
