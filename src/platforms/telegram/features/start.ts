import { cleanName } from '../../../core/accounts/clean-name.js'
import { PAGES } from '../callback-data.js'
import { writtenAt } from '../human-message.js'
import { pagesKeyboard } from '../keyboards.js'
import { factsOf, type Person } from '../person.js'
import { lines, type Words } from '../render.js'
import { say } from '../speak.js'
import type { BotContext, Kit } from '../types.js'
import { LINK_PAYLOAD, siteLinkView } from './deep-link.js'
import { pageView } from './pages.js'
import { bannedView } from './restricted.js'

/**
 * The first contact: the account is there already, the welcome is paid once per Telegram identity. Payloads of links
 * into a page open it; a link of the website asks about linking; any other token gets the same words whether or not it
 * ever existed.
 */
export async function startPressed(
  kit: Kit,
  ctx: BotContext,
  person: Person,
  payload: string,
): Promise<void> {
  const banned = await bannedView(kit, person)
  if (banned) return say(ctx, banned)
  const { words, identity } = person
  const at = ctx.msg ? writtenAt(ctx.msg) : kit.now()
  const welcome = await kit.writer.award({
    key: `welcome:telegram:${identity.id}`,
    who: identity,
    occurredAt: at,
    source: 'telegram',
    act: { type: 'welcome' },
  })
  const isNew = welcome.status === 'recorded'
  const asked = await siteLinkView(kit, person, payload)
  if (asked) return say(ctx, asked)
  const page = PAGES.find((one) => one === payload)
  if (page && !isNew) return say(ctx, await pageView(kit, person, page, at))
  await say(ctx, {
    text: lines(
      words.html('start.hello', { name: nameOf(ctx, words) }),
      isNew && welcome.xp > 0
        ? words.html('start.welcome', { xp: words.number(welcome.xp) })
        : !isNew && words.html('start.back'),
      '',
      words.html('start.about'),
      '',
      words.html('start.linking'),
      ...(LINK_PAYLOAD.test(payload) ? ['', words.html('start.link_over')] : []),
    ),
    keyboard: pagesKeyboard(words, PAGES),
  })
  if (page) await say(ctx, await pageView(kit, person, page, at))
}

function nameOf(ctx: BotContext, words: Words): string {
  const facts = ctx.from ? factsOf(ctx.from) : {}
  return cleanName(facts.displayName) ?? cleanName(facts.username) ?? words.plain('start.friend')
}
