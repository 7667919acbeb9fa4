import { cancelLinkRequest } from '../../../core/linking/cancel-link-request.js'
import { type ConfirmLink, confirmLinkRequest } from '../../../core/linking/confirm-link-request.js'
import { readLinkRequest } from '../../../core/linking/read-link-request.js'
import type { Press } from '../callback-data.js'
import type { Person } from '../person.js'
import { show, toast } from '../speak.js'
import type { BotContext, Kit } from '../types.js'
import { linkContext } from './link-context.js'
import { endText, platformName } from './link-words.js'

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
  await Promise.all([toast(ctx), show(ctx, { text: await answerText(kit, person, request, result) })])
}

async function answerText(
  kit: Kit,
  { identity: who, words }: Person,
  request: string,
  result: Exclude<ConfirmLink, { status: 'not_yours' }>,
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
