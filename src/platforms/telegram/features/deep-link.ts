import { InlineKeyboard } from 'grammy'
import { issueBotLink } from '../../../core/linking/deep-link.js'
import { answerSiteLink, pressSiteLink, type SiteQuestion } from '../../../core/linking/press-site-link.js'
import { deviceName } from '../../../i18n/device-name.js'
import { formatClock } from '../../../i18n/format-time.js'
import { type Press, packPress } from '../callback-data.js'
import { fitsButton } from '../links.js'
import type { Person } from '../person.js'
import { lines } from '../render.js'
import { show, toast, type View } from '../speak.js'
import type { BotContext, Kit } from '../types.js'
import { linkContext } from './link-context.js'
import { endText, factLines, previewText } from './link-words.js'

/** What stands behind a link's `?start=`; the token alone. */
export const LINK_PAYLOAD = /^link_([\w-]{22})$/

function contextOf(kit: Kit, key: string) {
  return { ...linkContext(kit), key, random: kit.random }
}

/** What a link from the website's page opens in the private chat; null: it opens nothing, and nobody is told why. */
export async function siteLinkView(kit: Kit, person: Person, payload: string): Promise<View | null> {
  const token = LINK_PAYLOAD.exec(payload)?.[1]
  const { signInKey: key } = kit.settings
  if (token === undefined || key === undefined) return null
  const { words, identity } = person
  const result = await pressSiteLink(kit.db, { token, telegramId: identity.id }, contextOf(kit, key))
  if (result.status === 'over') return null
  if (result.status === 'asked') return siteQuestionView(kit, person, result)
  return { text: endText({ words, timeZone: kit.settings.timeZone }, result.end) }
}

function siteQuestionView(kit: Kit, { words }: Person, asked: SiteQuestion): View {
  const { timeZone } = kit.settings
  const { site, link, email, preview } = asked
  const keyboard = new InlineKeyboard()
  for (const number of asked.choices)
    keyboard.text(String(number), packPress({ act: 'deep', link, answer: number }))
  keyboard.row().text(words.plain('linking:ask.cancel'), packPress({ act: 'deep', link, answer: 'no' }))
  const name = site.username === null ? site.displayName : `@${site.username}`
  return {
    text: lines(
      `<b>${words.html('deeplink:bot.title')}</b>`,
      '',
      ...factLines({ words, timeZone }, site),
      email !== null &&
        site.platform !== 'website' &&
        `• ${words.html('linking:facts.email', { digits: email })}`,
      words.html(asked.minutesAgo === 0 ? 'deeplink:bot.asked_now' : 'deeplink:bot.asked', {
        count: asked.minutesAgo,
        device: deviceName(words.plain, asked.device),
      }),
      ...(preview ? ['', ...previewText({ words, timeZone }, preview)] : []),
      '',
      `<b>${words.html('linking:ask.one_account', { name })}</b>`,
      `⚠️ ${words.html('deeplink:bot.warning')}`,
      '',
      words.html('deeplink:bot.number'),
      words.html('linking:ask.until', { time: formatClock(words.locale, asked.expiresAt, timeZone) }),
    ),
    keyboard,
  }
}

/** A number or Cancel under the question. Whose it is stands in the database. */
export async function deepPressed(
  kit: Kit,
  ctx: BotContext,
  person: Person,
  { link, answer }: Extract<Press, { act: 'deep' }>,
): Promise<void> {
  const { words, identity } = person
  const { signInKey: key } = kit.settings
  const result =
    key === undefined
      ? ({ status: 'over' } as const)
      : await answerSiteLink(kit.db, { link, telegramId: identity.id, answer }, contextOf(kit, key))
  if (result.status === 'preview_changed') {
    const view = siteQuestionView(kit, person, result)
    const text = lines(words.html('merging:preview.changed'), '', view.text)
    await Promise.all([toast(ctx), show(ctx, { ...view, text })])
    return
  }
  const text =
    result.status === 'ended'
      ? endText({ words, timeZone: kit.settings.timeZone }, result.end)
      : words.html(`deeplink:bot.${result.status}`)
  await Promise.all([toast(ctx), show(ctx, { text })])
}

/** The way from the bot to the page that links, beside a code; null where there is no website. */
export async function toSite(
  kit: Kit,
  { identity, words }: Person,
): Promise<{ line: string; keyboard?: InlineKeyboard } | null> {
  const { signInKey: key } = kit.settings
  if (key === undefined) return null
  const token = await issueBotLink(kit.db, identity, { now: kit.now(), newId: kit.newId, key })
  if (token === null) return null
  const url = `${kit.settings.siteUrl()}/link/tg/${token}`
  if (!fitsButton(url)) return { line: words.html('deeplink:bot.site_text', { url }) }
  const keyboard = new InlineKeyboard().url(words.plain('deeplink:bot.site_button'), url)
  return { line: words.html('deeplink:bot.site'), keyboard }
}
