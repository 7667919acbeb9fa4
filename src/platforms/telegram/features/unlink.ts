import { InlineKeyboard } from 'grammy'
import type { UnlinkRefusal } from '../../../core/linking/decide-unlink.js'
import { unlinkRefusalPhrase } from '../../../core/linking/link-phrases.js'
import { linkStatus, linkStatusPhrases } from '../../../core/linking/link-status.js'
import { readLinkRequest } from '../../../core/linking/read-link-request.js'
import { askUnlink, unlinkIdentity } from '../../../core/linking/unlink-identity.js'
import type { PlatformName } from '../../../db/schema.js'
import { type Press, packPress } from '../callback-data.js'
import type { Person } from '../person.js'
import { lines } from '../render.js'
import { show, showMade, toast, type View } from '../speak.js'
import type { BotContext, Kit } from '../types.js'
import { linkContext } from './link-context.js'
import { phraseText, platformList, platformName, questionView } from './link-words.js'

/** `/checklink`: what is linked and, each as a message of its own with its buttons, what waits for an answer. */
export async function checkLinkView(kit: Kit, { identity, words }: Person): Promise<View[]> {
  const { timeZone } = kit.settings
  const status = await linkStatus(kit.db.kysely, identity, kit.now())
  if (status.status === 'unknown_account') return [{ text: words.html('fallback.stale') }]
  const views: View[] = [
    {
      text: lines(
        `<b>${words.html('linking:check.title')}</b>`,
        ...linkStatusPhrases(status).map((phrase) => phraseText({ words, timeZone }, phrase)),
      ),
    },
  ]
  for (const { request, role, turn } of status.pending) {
    if (role !== turn) continue
    const read = await readLinkRequest(kit.db.kysely, { request, who: identity, ...linkContext(kit) })
    if (read.status === 'open') views.push(questionView({ words, timeZone }, request, read))
  }
  return views
}

/** `/unlink`: which platform, or, where there is one choice only, the question itself. */
export async function unlinkView(kit: Kit, person: Person): Promise<View> {
  const { identity, words } = person
  const status = await linkStatus(kit.db.kysely, identity, kit.now())
  const platforms = status.status === 'known' ? status.identities.map((one) => one.platform) : []
  const only = platforms.length < 2 ? (platforms[0] ?? identity.platform) : null
  if (only) return questionOrReason(kit, person, only)
  const keyboard = new InlineKeyboard()
  for (const platform of platforms) {
    const label = words.plain('linking:unlink.yes', { platform: platformName(words, platform) })
    keyboard.text(label, packPress({ act: 'unlink', step: 'ask', platform })).row()
  }
  keyboard.text(words.plain('linking:unlink.cancel'), packPress({ act: 'unlink', step: 'no' }))
  return { text: words.html('linking:unlink.choose'), keyboard }
}

/** Presses of the unlink question. The account and the right to do it are read anew each time. */
export async function unlinkPressed(
  kit: Kit,
  ctx: BotContext,
  person: Person,
  press: Extract<Press, { act: 'unlink' }>,
): Promise<void> {
  const { identity: actor, words } = person
  switch (press.step) {
    case 'choose':
      await Promise.all([toast(ctx), showMade(ctx, unlinkView(kit, person))])
      return
    case 'ask':
      await Promise.all([toast(ctx), showMade(ctx, questionOrReason(kit, person, press.platform))])
      return
    case 'no':
      await Promise.all([toast(ctx), show(ctx, { text: words.html('linking:unlink.kept') })])
      return
    case 'yes': {
      const { platform } = press
      const result = await unlinkIdentity(kit.db, { actor, platform }, linkContext(kit))
      // A second press leaves the first one's result in place.
      if (result.status !== 'unlinked') return toast(ctx, reasonText(kit, person, platform, result), true)
      const values = {
        platform: platformName(words, platform),
        platforms: platformList(words, result.left),
      }
      await Promise.all([toast(ctx), show(ctx, { text: words.html('linking:unlink.done', values) })])
      return
    }
    default:
      return press satisfies never
  }
}

/** The question says what stays and what goes; or why it cannot be asked. */
async function questionOrReason(kit: Kit, person: Person, platform: PlatformName): Promise<View> {
  const { identity: actor, words } = person
  const asked = await askUnlink(kit.db.kysely, { actor, platform }, linkContext(kit))
  if (asked.status !== 'allowed') return { text: reasonText(kit, person, platform, asked) }
  const name = platformName(words, platform)
  return {
    text: lines(
      `<b>${words.html('linking:unlink.title', { platform: name })}</b>`,
      '',
      words.html('linking:unlink.stays', { platforms: platformList(words, asked.left) }),
      words.html('linking:unlink.leaves', { platform: name }),
      words.html('linking:unlink.once'),
    ),
    keyboard: new InlineKeyboard()
      .text(words.plain('linking:unlink.cancel'), packPress({ act: 'unlink', step: 'no' }))
      .row()
      .text(
        words.plain('linking:unlink.yes', { platform: name }),
        packPress({ act: 'unlink', step: 'yes', platform }),
      ),
  }
}

function reasonText(
  { settings }: Kit,
  { words }: Person,
  platform: PlatformName,
  refusal: UnlinkRefusal,
): string {
  return phraseText({ words, timeZone: settings.timeZone }, unlinkRefusalPhrase(platform, refusal))
}
