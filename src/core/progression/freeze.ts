/** Coins that an account has but cannot spend: those that both sides of a merge brought, for its first 72 hours. */
export type Freeze = {
  coins: number
  /** Seconds since 1970. */
  until: number
}

export const FREEZE_HOURS = 72

/** A freeze that begins now. */
export function freezeFrom(coins: number, now: Date): Freeze {
  return { coins, until: Math.floor(now.getTime() / 1000) + FREEZE_HOURS * 3_600 }
}

/** The freeze that holds at a moment; null when there is none or it is over. */
export function freezeAt(limits: { frozen?: Freeze }, at: Date): { coins: number; until: Date } | null {
  const { frozen } = limits
  if (!frozen || frozen.coins <= 0 || frozen.until * 1000 <= at.getTime()) return null
  return { coins: frozen.coins, until: new Date(frozen.until * 1000) }
}

/** What of `coins` can be spent at a moment. What was earned since the merge is free. */
export function spendable(limits: { frozen?: Freeze }, coins: number, at: Date): number {
  return Math.max(0, coins - (freezeAt(limits, at)?.coins ?? 0))
}

/** Both freezes together: never more is free than either allowed. */
export function uniteFreezes(a: Freeze | undefined, b: Freeze | undefined): Freeze | undefined {
  return a && b ? { coins: a.coins + b.coins, until: Math.max(a.until, b.until) } : (a ?? b)
}
