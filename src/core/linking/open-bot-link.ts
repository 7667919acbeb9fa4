import type { Database } from '../../db/connect.js'
import type { Identity } from '../accounts/identity.js'
import { decideLink } from './decide-link.js'
import { type DeepLinkKeys, endDeepLink, findDeepLink, makerOf } from './deep-link.js'
import { type LinkFacts, readFacts } from './link-facts.js'
import { isSame, type LinkContext } from './link-request.js'
import { lockSides } from './link-side.js'
import { isOpenable, openEndedRequest, openRequest } from './open-request.js'

/** Who made a link of the bot's, for a page that only shows; null: there is no such link (any more). */
export async function seeBotLink(
  db: Database,
  token: string,
  context: Pick<LinkContext, 'now' | 'rules'> & DeepLinkKeys,
): Promise<LinkFacts | null> {
  const row = await findDeepLink(db.kysely, { token, kind: 'telegram' }, context)
  return row && readFacts(db.kysely, makerOf(row), context)
}

/**
 * Uses a link of the bot's up and opens the question, which the website answers first and the bot last. Returns the
 * request, also of a question that ended at once; null: there is no such link, or one's own.
 */
export async function openBotLink(
  db: Database,
  { token, who }: { token: string; who: Identity },
  context: LinkContext & DeepLinkKeys,
): Promise<string | null> {
  const by = { token, kind: 'telegram' } as const
  return db.transaction(async (tx) => {
    const seen = await findDeepLink(tx, by, context)
    const sides = seen && (await lockSides(tx, [makerOf(seen), who], context.now))
    const link = await findDeepLink(tx, by, context, true)
    if (!link || !sides || sides[0].accountId !== link.account_id) return null
    const [owner, typist] = sides
    if (isSame(owner.identity, typist.identity)) return null
    const decision = decideLink(owner, typist, context.admins)
    const pair = { owner, typist }
    const isOpen = isOpenable(decision)
    const request = isOpen
      ? (await openRequest(tx, pair, decision.status === 'merge', context)).id
      : await openEndedRequest(tx, pair, decision, context)
    await endDeepLink(tx, link.id, { outcome: isOpen ? 'answered' : 'refused', request }, context.now)
    return request
  })
}
