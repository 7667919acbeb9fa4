import { cancelLinkRequest } from '../../../core/linking/cancel-link-request.js'
import { type ConfirmLink, confirmLinkRequest } from '../../../core/linking/confirm-link-request.js'
import { readLinkRequest } from '../../../core/linking/read-link-request.js'
import type { Press } from '../callback-data.js'
import type { Person } from '../person.js'
import { lines } from '../render.js'
import { show, showMade, toast, type View } from '../speak.js'
import type { BotContext, Kit } from '../types.js'
import { linkContext } from './link-context.js'
import { endText, platformName, questionView } from './link-words.js'

/** A yes or no to a link question. Whose request it is, and whose turn, stands in the database. */
export async function linkPressed(
  kit: Kit,
  ctx: BotContext,
  person: Person,
  { answer, request }: Extract<Press, { act: 'link' }>,
): Promise<void> {
  const { identity: who } = person
  const context = linkContext(kit)
  const result =
    answer === 'yes'
      ? await confirmLinkRequest(kit.db, { request, who }, context)
      : await cancelLinkRequest(kit.db, { request, who }, context)
  if (result.status === 'not_yours') return toast(ctx, person.words.plain('linking:waits.not_yours'), true)
  if (result.status === 'preview_changed') {
    await Promise.all([toast(ctx), showMade(ctx, changedView(kit, person, request, result))])
    return
  }
  const text = await answerText(kit, person, request, result)
  await Promise.all([toast(ctx), show(ctx, { text })])
}

/** The question once more, because what it showed does not hold any longer; or that the other side sees it first. */
async function changedView(
  kit: Kit,
  { identity: who, words }: Person,
  request: string,
  { turn, otherPlatform }: Extract<ConfirmLink, { status: 'preview_changed' }>,
): Promise<View> {
  const read = await readLinkRequest(kit.db.kysely, { request, who, ...linkContext(kit) })
  if (read.status !== 'open' || read.role !== turn) {
    return {
      text: words.html('merging:preview.other_first', { platform: platformName(words, otherPlatform) }),
    }
  }
  const view = questionView({ words, timeZone: kit.settings.timeZone }, request, read)
  return { ...view, text: lines(words.html('merging:preview.changed'), '', view.text) }
}

async function answerText(
  kit: Kit,
  { identity: who, words }: Person,
  request: string,
  result: Exclude<ConfirmLink, { status: 'not_yours' | 'preview_changed' }>,
): Promise<string> {
  switch (result.status) {
    case 'waits_owner':
      return words.html('linking:waits.owner', { platform: platformName(words, result.ownerPlatform) })
    case 'waits_typist': {
      const read = await readLinkRequest(kit.db.kysely, { request, who, ...linkContext(kit) })
      const platform = read.status === 'open' ? platformName(words, read.other.platform) : ''
      return words.html('linking:waits.typist', { platform })
    }
    default:
      return endText({ words, timeZone: kit.settings.timeZone }, result)
  }
}
