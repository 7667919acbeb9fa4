import { InlineKeyboard } from 'grammy'
import { askPutBack, putBack } from '../../../core/linking/put-back.js'
import { putBackEndPhrase } from '../../../core/linking/put-back-phrases.js'
import { type Press, packPress } from '../callback-data.js'
import type { Person } from '../person.js'
import { lines, type Words } from '../render.js'
import { show, showMade, toast, type View } from '../speak.js'
import type { BotContext, Kit } from '../types.js'
import { linkContext } from './link-context.js'
import { phraseText, platformName } from './link-words.js'

/** The button under the news of an unlinking, for whoever did not do it. */
export function putBackButton(words: Words, unlink: string): InlineKeyboard {
  const press = packPress({ act: 'back', step: 'ask', unlink })
  return new InlineKeyboard().text(words.plain('weblink:notice.put_back_button'), press)
}

/** Presses of the question whether an unlinking is taken back. Who may is read anew each time. */
export async function putBackPressed(
  kit: Kit,
  ctx: BotContext,
  person: Person,
  press: Extract<Press, { act: 'back' }>,
): Promise<void> {
  const { words, identity: who } = person
  const link = { words, timeZone: kit.settings.timeZone }
  switch (press.step) {
    case 'no':
      await Promise.all([toast(ctx), show(ctx, { text: words.html('linking:unlink.kept') })])
      return
    case 'ask':
      await Promise.all([toast(ctx), showMade(ctx, questionOrReason(kit, person, press.unlink))])
      return
    case 'yes': {
      const result = await putBack(kit.db, { unlink: press.unlink, who }, linkContext(kit))
      const text = phraseText(link, putBackEndPhrase(result))
      // A second press leaves the first one's result in place.
      if (result.status !== 'put_back') return toast(ctx, text, true)
      await Promise.all([toast(ctx), show(ctx, { text })])
      return
    }
    default:
      return press satisfies never
  }
}

async function questionOrReason(kit: Kit, { words, identity: who }: Person, unlink: string): Promise<View> {
  const asked = await askPutBack(kit.db.kysely, { unlink, who }, linkContext(kit))
  const link = { words, timeZone: kit.settings.timeZone }
  if (asked.status !== 'allowed') return { text: phraseText(link, putBackEndPhrase(asked)) }
  return {
    text: lines(
      `<b>${words.html('weblink:put_back.title', { platform: platformName(words, asked.platform) })}</b>`,
      '',
      words.html('weblink:put_back.text'),
      words.html('weblink:put_back.safe'),
    ),
    keyboard: new InlineKeyboard()
      .text(words.plain('weblink:put_back.no'), packPress({ act: 'back', step: 'no' }))
      .row()
      .text(words.plain('weblink:put_back.yes'), packPress({ act: 'back', step: 'yes', unlink })),
  }
}
