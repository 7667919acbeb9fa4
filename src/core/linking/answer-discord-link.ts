import type { Database, Tx } from '../../db/connect.js'
import { ensureAccount } from '../accounts/ensure-account.js'
import { findAccountId } from '../accounts/find-account.js'
import { type Identity, identityKey } from '../accounts/identity.js'
import { mergeLocked } from '../merging/merge-locked.js'
import { askRoles } from '../roles/role-states.js'
import { actingIdentity } from '../website/acting-identity.js'
import { settlePlatformLogin } from '../website/platform-login.js'
import type { Visitor } from '../website/sessions.js'
import { carryOver } from './carry-over.js'
import { decideDiscordLink, isStale } from './decide-discord-link.js'
import { type DiscordLinkRequest, endDiscordLink, findDiscordLink } from './discord-link-request.js'
import { tellDiscordLinkEnd } from './end-discord-links.js'
import { letLoginIn } from './let-login-in.js'
import { writeLinkEvents } from './link-events.js'
import type { LinkContext, LinkEnd } from './link-request.js'
import { identitiesOf, type LinkSide, lockSides, readSide } from './link-side.js'

export type AnswerDiscordLink =
  /** The session has no such question. */
  | { status: 'none' }
  /** Nothing happened: what the page showed no longer holds. Show it again. */
  | { status: 'preview_changed' }
  /** It ended, by this press or before: then the first end stands. */
  | { status: 'ended'; end: LinkEnd }

type Asked = { visitor: Visitor; request: string; yes: boolean }

const UNIQUE_VIOLATION = '23505'
const TRIES_MAX = 4

/**
 * The yes or no of the page that shows both sides. The OAuth sign-in just made is the other side's consent; the session
 * is this side's. Everything is judged again under the locks of both accounts, and a question is used once.
 */
export async function answerDiscordLink(
  db: Database,
  asked: Asked,
  context: LinkContext,
): Promise<AnswerDiscordLink> {
  const { now, newId, rules } = context
  const seen = await findDiscordLink(db.kysely, asked.visitor.sessionId)
  if (!seen || seen.id !== asked.request) return { status: 'none' }
  if (seen.end) return { status: 'ended', end: seen.end }
  if (asked.yes && seen.expiresAt > now && (await mayCome(db, seen, asked.visitor, context))) {
    // Whoever is new here gets an account like anybody who signs in; the link carries it over. Safe to do twice.
    const facts = { username: seen.username, displayName: seen.displayName, claimed: true }
    await ensureAccount(db, seen.discord, facts, { now, newId, timeZone: rules.timeZone })
  }
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction((tx) => answerIn(tx, asked, context))
    } catch (error) {
      // The Discord user signs in by himself at this moment: look again.
      if ((error as { code?: string }).code !== UNIQUE_VIOLATION || attempt >= TRIES_MAX) throw error
    }
  }
}

/** Whether a Discord user whom nobody knows is about to be linked; refusals make no account. */
async function mayCome(
  db: Database,
  request: DiscordLinkRequest,
  visitor: Visitor,
  { now, admins }: LinkContext,
): Promise<boolean> {
  if ((await findAccountId(db.kysely, request.discord)) !== null) return false
  const who = await actingIdentity(db.kysely, visitor)
  const own = who && (await readSide(db.kysely, who, now))
  if (!own) return visitor.accountId === null && !admins.has(identityKey(request.discord))
  return decideDiscordLink(request, own, null, admins).status === 'new'
}

async function answerIn(tx: Tx, asked: Asked, context: LinkContext): Promise<AnswerDiscordLink> {
  const { visitor } = asked
  const { now, admins, newId } = context
  const seen = await findDiscordLink(tx, visitor.sessionId)
  if (!seen || seen.id !== asked.request) return { status: 'none' }
  const who = await actingIdentity(tx, visitor)
  const sides = who && (await lockSides(tx, [who, seen.discord], now))
  const own = sides?.[0] ?? (who && (await readSide(tx, who, now)))
  const theirs = sides?.[1] ?? null
  // From here on nobody else ends it: accounts first, then the question, like every other change.
  const request = await findDiscordLink(tx, visitor.sessionId, true)
  if (!request || request.id !== asked.request) return { status: 'none' }
  if (request.end) return { status: 'ended', end: request.end }

  const unchanged = async (end: LinkEnd): Promise<AnswerDiscordLink> => {
    await endDiscordLink(tx, request.id, end, now)
    await tellDiscordLinkEnd(
      tx,
      request,
      end,
      [own, theirs ?? (await readSide(tx, request.discord, now))],
      newId,
    )
    return { status: 'ended', end }
  }
  if (request.expiresAt <= now) return unchanged({ status: 'expired' })
  if (!asked.yes) return unchanged({ status: 'cancelled', by: 'owner' })
  if (visitor.accountId === null) {
    const end = await letLoginIn(tx, { request, userId: visitor.userId }, context)
    if (end.status === 'refused') return unchanged(end)
    await endDiscordLink(tx, request.id, end, now)
    return { status: 'ended', end }
  }
  if (!own) return unchanged({ status: 'refused', reason: 'changed' })
  const decision = decideDiscordLink(request, own, theirs, admins)
  if (decision.status === 'refused' || decision.status === 'already_linked') return unchanged(decision)
  // Who had no account a moment ago has none now: he would have got one before.
  if (decision.status === 'new' || !theirs) return unchanged({ status: 'refused', reason: 'changed' })
  if (decision.status === 'merge' && isStale(request, own, theirs)) return { status: 'preview_changed' }
  const end = await carryOut(tx, request, decision, own, theirs, context)
  await settlePlatformLogin(
    tx,
    { platform: 'discord', id: request.discord.id },
    { accountId: 'accountId' in end ? end.accountId : own.accountId, name: request.displayName, newId },
  )
  await endDiscordLink(tx, request.id, end, now)
  return { status: 'ended', end }
}

type Deed = Extract<ReturnType<typeof decideDiscordLink>, { status: 'link' | 'merge' | 'prove' }>

async function carryOut(
  tx: Tx,
  request: DiscordLinkRequest,
  decision: Deed,
  own: LinkSide,
  theirs: LinkSide,
  context: LinkContext,
): Promise<LinkEnd> {
  const together = [...identitiesOf(own), ...identitiesOf(theirs)]
  const platforms = together.map((identity) => identity.platform)
  if (decision.status === 'merge') {
    const { survivor, loser } = decision
    const deed = { survivor, loser, by: 'website', requestId: null } as const
    const { merge, preview, frozenUntil } = await mergeLocked(tx, deed, context)
    const { xp, coins } = preview
    return {
      status: 'merged',
      accountId: survivor.accountId,
      platforms,
      merge,
      xp: xp.result,
      coins: coins.result,
      until: frozenUntil,
    }
  }
  const proven = decision.status === 'prove'
  let accountId = own.accountId
  if (decision.status === 'link') {
    const { survivor, loser } = decision
    await carryOver(tx, { survivor, loser, requestId: request.id }, context)
    accountId = survivor.accountId
  } else {
    await tx.updateTable('ttfd.accounts').set({ link_unproven: false }).where('id', '=', accountId).execute()
  }
  const everybody: Identity[] = proven ? identitiesOf(own) : together
  const carriedXp = decision.status === 'link' ? decision.loser.xp : 0
  await writeLinkEvents(
    tx,
    [
      {
        accountId,
        type: 'account_linked',
        source: 'website',
        data: {
          platform: 'discord',
          platforms: ['discord', own.identity.platform],
          carried_xp: carriedXp,
          proven,
        },
        key: `link:${request.id}`,
        tell: everybody,
      },
    ],
    context.newId,
  )
  await askRoles(tx, request.discord.id)
  return proven
    ? { status: 'proven', accountId, platforms: ['discord', own.identity.platform] }
    : { status: 'linked', accountId, platforms, carriedXp }
}
