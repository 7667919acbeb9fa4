/** What the program may do with the roles of one guild. */
export type RoleMap = {
  /** Role of each tier. */
  byTier: ReadonlyMap<string, string>
  /** Roles that exist and that the bot may give and take. */
  manageable: ReadonlySet<string>
}

export type RoleChange = {
  /** The whole list to write; null when nothing changes. */
  roles: string[] | null
  /** Whether the wanted role stands in the resulting list and no other tier's does. */
  reached: boolean
}

/**
 * Computes a member's roles from the list he has: exactly the wanted tier's role among the mapped ones, every other role
 * left alone. Roles that the bot may not touch stay as they are.
 */
export function changeRoles(
  current: readonly string[],
  { byTier, manageable }: RoleMap,
  wantedTier: string | null,
): RoleChange {
  const mapped = new Set(byTier.values())
  const wanted = wantedTier === null ? undefined : byTier.get(wantedTier)
  const kept = current.filter((role) => role === wanted || !mapped.has(role) || !manageable.has(role))
  const isMissing = wanted !== undefined && !current.includes(wanted)
  const next = isMissing && manageable.has(wanted) ? [...kept, wanted] : kept
  const isSame = next.length === current.length && next.every((role) => current.includes(role))
  return { roles: isSame ? null : next, reached: isReached(next, byTier, wantedTier) }
}

/** Whether a list of roles is right for a tier: its role and no other mapped one. */
export function isReached(
  roles: readonly string[],
  byTier: ReadonlyMap<string, string>,
  wantedTier: string | null,
): boolean {
  for (const [tier, role] of byTier) {
    if (roles.includes(role) !== (tier === wantedTier)) return false
  }
  return true
}
