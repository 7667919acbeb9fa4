import type { Bot } from 'grammy'
import { readOfferPhrases } from '../../../core/imports/offer-phrases.js'
import { burnLinkCode } from '../../../core/linking/burn-link-code.js'
import { issueLinkCode } from '../../../core/linking/issue-link-code.js'
import { findCodes, readCode, showCode } from '../../../core/linking/link-code.js'
import { readLinkRequest } from '../../../core/linking/read-link-request.js'
import { typeLinkCode } from '../../../core/linking/type-link-code.js'
import { formatMoment } from '../../../i18n/format-time.js'
import { isHuman, isOwnMessage, wordsIn } from '../human-message.js'
import { privateChatKeyboard } from '../keyboards.js'
import { guessWords, type Person, personOf } from '../person.js'
import { lines } from '../render.js'
import { say, sayBack, type View } from '../speak.js'
import type { BotContext, Kit } from '../types.js'
import { toSite } from './deep-link.js'
import { linkContext } from './link-context.js'
import { endText, phraseText, questionView } from './link-words.js'
import { checkLinkView, unlinkView } from './unlink.js'

const NAMES = ['link', 'code']

/**
 * Linking with another platform by a one-time code: shown and typed in the private chat only. A code that somebody
 * writes in a group is burnt, whoever wrote it and in whatever way.
 */
export function registerLinking(bot: Bot<BotContext>, kit: Kit): void {
  const group = bot.chatType(['group', 'supergroup']).on('message')
  group.use(async (ctx, next) => {
    const codes = findCodes(wordsIn(ctx.message) ?? '')
    const burnt = await burnLinkCode(kit.db, codes, { now: kit.now(), key: kit.settings.linking.key })
    if (burnt.status === 'no_code') return next()
    const words = guessWords(isHuman(ctx.from) ? ctx.from : undefined)
    await sayBack(ctx, { text: words.html('linking:typed.burnt') })
  })
  group
    .filter((ctx) => isOwnMessage(ctx.message))
    .command([...NAMES, 'unlink', 'checklink'], async (ctx) => {
      const words = guessWords(ctx.from)
      const text = words.html('linking:typed.private_only')
      await sayBack(ctx, { text, keyboard: privateChatKeyboard(kit, words, 'profile') })
    })

  // A forwarded code is somebody else's words: it opens nothing.
  const own = bot
    .chatType('private')
    .on('message')
    .filter((ctx) => isOwnMessage(ctx.message))
  own.command(NAMES, async (ctx) => {
    const person = await personOf(kit, ctx.from, { inPrivate: true })
    const typed = ctx.match.trim()
    await say(ctx, typed === '' ? await codeView(kit, person) : await typedView(kit, person, typed))
  })
  own.command('checklink', async (ctx) => {
    const person = await personOf(kit, ctx.from, { inPrivate: true })
    for (const view of await checkLinkView(kit, person)) await say(ctx, view)
  })
  own.command('unlink', async (ctx) => {
    const person = await personOf(kit, ctx.from, { inPrivate: true })
    await say(ctx, await unlinkView(kit, person))
  })
  own
    .on(':text')
    .filter((ctx) => readCode(ctx.message.text) !== null)
    .use(async (ctx) => {
      const person = await personOf(kit, ctx.from, { inPrivate: true })
      await say(ctx, await typedView(kit, person, ctx.message.text))
    })
}

/** A new code with everything that its owner must know. */
async function codeView(kit: Kit, person: Person): Promise<View> {
  const { identity, words } = person
  const { key, admins } = kit.settings.linking
  const issued = await issueLinkCode(kit.db, identity, { now: kit.now(), random: kit.random, key, admins })
  switch (issued.status) {
    case 'issued': {
      const code = showCode(issued.code)
      const site = await toSite(kit, person)
      const offers = await offerLines(kit, person)
      return {
        text: lines(
          `${words.html('linking:code.title')} <code>${code}</code>`,
          '',
          `⚠️ <b>${words.html('linking:warning')}</b>`,
          '',
          words.html('linking:code.in_discord', { code }),
          words.html('linking:code.valid'),
          words.html('linking:code.both'),
          '',
          words.html('linking:code.have_one'),
          ...(site ? ['', site.line] : []),
          ...(offers.length > 0 ? ['', ...offers] : []),
        ),
        ...(site?.keyboard ? { keyboard: site.keyboard } : {}),
      }
    }
    case 'admin_account':
      return { text: words.html('linking:end.refused.admin_account') }
    case 'unknown_account':
      return { text: words.html('fallback.stale') }
    default:
      return issued satisfies never
  }
}

/** What old records say of him without proof: his to link by that code, or not. */
async function offerLines(kit: Kit, { accountId, words }: Person): Promise<string[]> {
  const { timeZone } = kit.settings
  const asked = { accountId, siteUrl: kit.settings.siteUrl() }
  const phrases = await readOfferPhrases(kit.db.kysely, asked)
  return phrases.map((phrase) => `🔗 ${phraseText({ words, timeZone }, phrase)}`)
}

async function typedView(kit: Kit, person: Person, typed: string): Promise<View> {
  const { identity, words } = person
  const { key } = kit.settings.linking
  const { timeZone } = kit.settings
  const link = { words, timeZone }
  const context = linkContext(kit)
  const result = await typeLinkCode(kit.db, { typist: identity, typed }, { ...context, key })
  switch (result.status) {
    case 'opened': {
      const { request } = result
      const read = await readLinkRequest(kit.db.kysely, { request, who: identity, ...context })
      if (read.status === 'open') return questionView(link, request, read)
      return {
        text: read.status === 'ended' ? endText(link, read.end) : words.html('linking:waits.not_yours'),
      }
    }
    case 'wrong_code':
      return { text: words.html('linking:typed.wrong') }
    case 'too_many_tries': {
      const when = formatMoment(words.locale, result.until, timeZone)
      return { text: words.html('linking:typed.too_many', { when }) }
    }
    case 'own_code':
      return { text: words.html('linking:typed.own') }
    case 'already_linked':
    case 'refused':
      return { text: endText(link, result) }
    case 'unknown_account':
      return { text: words.html('fallback.stale') }
    default:
      return result satisfies never
  }
}
