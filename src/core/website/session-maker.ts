import type { PlatformName } from '../../db/schema.js'

/** Who made a session: an identity that signed in, or an operator's link into an account. */
export type SessionMaker = { by: PlatformName; id: string } | { by: 'operator'; accountId: number }

/** One text for one maker, as sessions keep it: `discord:123`, `website:me@example.org`, `operator:7`. */
export function packMaker(maker: SessionMaker): string {
  return maker.by === 'operator' ? `operator:${maker.accountId}` : `${maker.by}:${maker.id}`
}

/** Reads what `packMaker` wrote. Throws for anything else: the database holds nothing else. */
export function readMaker(text: string): SessionMaker {
  const [, by, id = ''] = /^(discord|telegram|website|operator):(.+)$/s.exec(text) ?? []
  if (by === 'operator') return { by, accountId: Number(id) }
  if (by === 'discord' || by === 'telegram' || by === 'website') return { by, id }
  throw new Error('a session names no maker')
}
