import type { RestrictionKind } from '../../db/tables/restrictions.js'

export type { RestrictionKind }

/** From the mildest to the strictest. `unpaid`: recorded but not paid, nothing spent; `banned`: hidden as well. */
export const RESTRICTION_KINDS: readonly RestrictionKind[] = ['unpaid', 'banned']

/**
 * What restricts an account, as its limits keep it for the write path: the end of each kind in seconds since 1970, null
 * for one without an end. The rows of `ttfd.restrictions` are the truth; this is written with them under the same lock.
 */
export type Restricted = Partial<Record<RestrictionKind, number | null>>

/** The strictest restriction that is in force at a moment (seconds since 1970). */
export function strictestAt(restricted: Restricted | undefined, at: number): RestrictionKind | null {
  const inForce = RESTRICTION_KINDS.filter((kind) => {
    const until = restricted?.[kind]
    return until === null || (until !== undefined && until > at)
  })
  return inForce.at(-1) ?? null
}

/** The stricter of two. */
export function stricter(a: RestrictionKind | null, b: RestrictionKind | null): RestrictionKind | null {
  return RESTRICTION_KINDS.filter((kind) => kind === a || kind === b).at(-1) ?? null
}

/** Both together: of each kind the longer. */
export function uniteRestricted(
  a: Restricted | undefined,
  b: Restricted | undefined,
): Restricted | undefined {
  if (!a || !b) return a ?? b
  const united: Restricted = { ...a }
  for (const kind of RESTRICTION_KINDS) {
    const [one, other] = [a[kind], b[kind]]
    if (one === undefined) {
      if (other !== undefined) united[kind] = other
    } else if (other !== undefined) {
      united[kind] = one === null || other === null ? null : Math.max(one, other)
    }
  }
  return united
}

/** What the limits keep of restrictions; undefined of none. Ends are rounded up to the next second. */
export function packRestricted(
  rows: readonly { kind: RestrictionKind; until: Date | null }[],
): Restricted | undefined {
  return rows.reduce<Restricted | undefined>(
    (packed, { kind, until }) =>
      uniteRestricted(packed, { [kind]: until === null ? null : Math.ceil(until.getTime() / 1000) }),
    undefined,
  )
}
