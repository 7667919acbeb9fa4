import type { Database, Tx } from '../../db/connect.js'
import { coinsSeen } from '../merging/preview-merge.js'
import { type Device, deviceFrom } from '../website/device.js'
import { maskEmail } from '../website/placeholder-email.js'
import { readVisitor } from '../website/sessions.js'
import { drawChoices, drawNumber } from '../website/sign-in-token.js'
import { decideLink, type LinkDecision } from './decide-link.js'
import { type DeepLinkKeys, type DeepLinkRow, endDeepLink, findDeepLink, makerOf } from './deep-link.js'
import { type LinkFacts, readFacts } from './link-facts.js'
import type { LinkContext, LinkEnd, SeenCoins } from './link-request.js'
import { type LinkSide, lockSides } from './link-side.js'
import { isOpenable, openEndedRequest, openRequest } from './open-request.js'
import { type LinkPreview, previewFor } from './read-link-request.js'

type Context = LinkContext & DeepLinkKeys & { random: (n: number) => number }

/** What the chat shows: the website's side, since when its page waits, and three numbers of which the page shows one. */
export type SiteQuestion = {
  link: string
  site: LinkFacts
  /** The account's address, masked; null without one. */
  email: string | null
  device: Device
  minutesAgo: number
  choices: number[]
  preview: LinkPreview | null
  expiresAt: Date
}

export type PressSiteLink =
  /** Unknown, used, run out, or taken by somebody else: one answer for all. */
  { status: 'over' } | ({ status: 'asked' } & SiteQuestion) | { status: 'ended'; end: LinkEnd }

/** A Telegram person opened a page's link in his own chat. It links nothing: it asks. Pressed again it asks the same. */
export async function pressSiteLink(
  db: Database,
  { token, telegramId }: { token: string; telegramId: string },
  context: Context,
): Promise<PressSiteLink> {
  return db.transaction(async (tx) => {
    const row = await findDeepLink(tx, { token, kind: 'site' }, context)
    const sides = row && (await sidesOf(tx, row, telegramId, context))
    // Accounts first, then the link, like every other change.
    const link = await findDeepLink(tx, { token, kind: 'site' }, context, true)
    if (!link || !sides || (link.telegram_id !== null && link.telegram_id !== telegramId)) {
      return { status: 'over' }
    }
    const decision = decideLink(sides.owner, sides.typist, context.admins)
    if (!isOpenable(decision)) return refuse(tx, link, sides, decision, context)
    return { status: 'asked', ...(await ask(tx, link, { ...sides, decision, telegramId }, context)) }
  })
}

export type AnswerSiteLink =
  | { status: 'over' }
  /** The right number: now the page asks, and nothing changes before its yes. */
  | { status: 'waits_site' }
  | { status: 'wrong_number' }
  | { status: 'ended'; end: LinkEnd }
  /** What the preview showed no longer holds: nothing happened, this is the question as it is now. */
  | ({ status: 'preview_changed' } & SiteQuestion)

/** Takes one of the three numbers, or Cancel. A wrong number burns the link; everybody concerned is told of the end. */
export async function answerSiteLink(
  db: Database,
  { link: id, telegramId, answer }: { link: string; telegramId: string; answer: number | 'no' },
  context: Context,
): Promise<AnswerSiteLink> {
  return db.transaction(async (tx) => {
    const row = await findDeepLink(tx, { id, telegramId }, context)
    const sides = row && (await sidesOf(tx, row, telegramId, context))
    const link = await findDeepLink(tx, { id, telegramId }, context, true)
    if (!link || !sides) return { status: 'over' }
    if (answer !== link.number) {
      const outcome = answer === 'no' ? 'cancelled' : 'wrong_number'
      const end: LinkEnd = { status: 'cancelled', by: 'typist' }
      const request = await openEndedRequest(tx, sides, end, context)
      await endDeepLink(tx, link.id, { outcome, request }, context.now)
      return outcome === 'wrong_number' ? { status: outcome } : { status: 'ended', end }
    }
    const decision = decideLink(sides.owner, sides.typist, context.admins)
    if (!isOpenable(decision)) return refuse(tx, link, sides, decision, context)
    if (decision.status === 'merge' && isStale(link, sides)) {
      const question = await ask(tx, link, { ...sides, decision, telegramId }, context)
      return { status: 'preview_changed', ...question }
    }
    const request = await openRequest(tx, sides, decision.status === 'merge', context)
    await tx
      .updateTable('ttfd.link_requests')
      .set({ state: 'waits_owner', typist_confirmed_at: context.now, session_id: link.session_id })
      .where('id', '=', request.id)
      .execute()
    await endDeepLink(tx, link.id, { outcome: 'answered', request: request.id }, context.now)
    return { status: 'waits_site' }
  })
}

type Sides = { owner: LinkSide; typist: LinkSide; email: string | null }

/** Both sides, locked; null when the page's session is over or stands for another account by now. */
async function sidesOf(
  tx: Tx,
  row: DeepLinkRow,
  telegramId: string,
  { now }: LinkContext,
): Promise<Sides | null> {
  const visitor = row.session_id === null ? null : await readVisitor(tx, row.session_id, now)
  if (!visitor || visitor.accountId !== row.account_id) return null
  const who = makerOf(row)
  const typist = { platform: 'telegram', id: telegramId } as const
  const pair = await lockSides(tx, [who, typist], now)
  const [owner, other] = pair ?? []
  if (!owner || !other || owner.accountId !== row.account_id) return null
  const email = owner.identities.website
  return { owner, typist: other, email: email === null ? null : maskEmail(email) }
}

async function refuse(
  tx: Tx,
  link: DeepLinkRow,
  sides: Sides,
  end: Exclude<LinkDecision, { status: 'link' | 'prove' | 'merge' }>,
  context: Context,
): Promise<{ status: 'ended'; end: LinkEnd }> {
  const request = await openEndedRequest(tx, sides, end, context)
  await endDeepLink(tx, link.id, { outcome: 'refused', request }, context.now)
  return { status: 'ended', end }
}

function coinsOf({ owner, typist }: Sides): SeenCoins {
  return { owner: coinsSeen(owner), typist: coinsSeen(typist) }
}

function isStale({ owner_coins_seen, typist_coins_seen }: DeepLinkRow, sides: Sides): boolean {
  if (owner_coins_seen === null || typist_coins_seen === null) return true
  const now = coinsOf(sides)
  return now.owner < owner_coins_seen || now.typist < typist_coins_seen
}

type Asked = Sides & { decision: LinkDecision; telegramId: string }

async function ask(tx: Tx, link: DeepLinkRow, asked: Asked, context: Context): Promise<SiteQuestion> {
  const { now, random } = context
  const { owner, typist, decision } = asked
  // Drawn at the first press: pressing again asks the same.
  const number = link.number ?? drawNumber(random)
  const choices = link.choices ?? drawChoices(number, random)
  const seen = decision.status === 'merge' ? coinsOf(asked) : null
  await tx
    .updateTable('ttfd.deep_links')
    .set({
      telegram_id: asked.telegramId,
      number,
      choices,
      owner_coins_seen: seen?.owner ?? null,
      typist_coins_seen: seen?.typist ?? null,
    })
    .where('id', '=', link.id)
    .execute()
  const site = await readFacts(tx, owner.identity, context)
  if (!site) throw new Error('the locked maker of a deep link has no facts')
  return {
    link: link.id,
    site,
    email: asked.email,
    device: deviceFrom(link.device),
    minutesAgo: Math.floor((now.getTime() - link.created_at.getTime()) / 60_000),
    choices,
    preview: decision.status === 'merge' ? await previewFor(tx, decision, typist, context) : null,
    expiresAt: link.expires_at,
  }
}
