import { ApplicationCommandOptionType } from 'discord.js'
import { z } from 'zod'
import { readOfferPhrases } from '../../../core/imports/offer-phrases.js'
import { cancelLinkRequest } from '../../../core/linking/cancel-link-request.js'
import { confirmLinkRequest } from '../../../core/linking/confirm-link-request.js'
import { issueLinkCode } from '../../../core/linking/issue-link-code.js'
import { showCode } from '../../../core/linking/link-code.js'
import { readLinkRequest } from '../../../core/linking/read-link-request.js'
import { typeLinkCode } from '../../../core/linking/type-link-code.js'
import { formatMoment } from '../../../i18n/format-time.js'
import { type ButtonKind, type Command, sorry, text, type View } from '../commands/command.js'
import { named, slash } from '../commands/definitions.js'
import { guessWords, type Person, personOf } from '../person.js'
import { lines } from '../render/words.js'
import type { Kit } from '../types.js'
import { endText, linkContext, phraseText, platformName, questionView } from './link-words.js'

const TYPED_MAX = 64
const typedShape = z.string().max(TYPED_MAX)

/** Shows a code, or takes one: seen by the caller alone, like everything about linking. */
export const linkCommand: Command = {
  data: slash('link', 'anywhere', {
    options: [
      { type: ApplicationCommandOptionType.String, ...named('code', 'link.code'), max_length: TYPED_MAX },
    ],
  }),
  ephemeral: true,
  async execute(kit, interaction) {
    const person = await personOf(kit, interaction)
    if (!person) return sorry(guessWords(interaction), 'no_progress_here')
    const option = interaction.isChatInputCommand() ? interaction.options.getString('code') : null
    if (option === null) return codeView(kit, person)
    const typed = typedShape.safeParse(option)
    return typedView(kit, person, typed.success ? typed.data : '')
  },
}

/** The old name of `/link`. */
export const getCodeCommand: Command = {
  data: slash('getcode', 'anywhere'),
  ephemeral: true,
  async execute(kit, interaction) {
    const person = await personOf(kit, interaction)
    return person ? codeView(kit, person) : sorry(guessWords(interaction), 'no_progress_here')
  },
}

/** A new code with everything that its owner must know. */
async function codeView(kit: Kit, { identity, accountId, words }: Person): Promise<View> {
  const { timeZone, siteUrl, linking } = kit.settings
  const { key, admins } = linking
  const issued = await issueLinkCode(kit.db, identity, { now: kit.now(), random: kit.random, key, admins })
  switch (issued.status) {
    case 'issued': {
      const code = showCode(issued.code)
      // What old records say of him without proof: his to link by this code, or not.
      const offers = await readOfferPhrases(kit.db.kysely, { accountId, siteUrl: siteUrl() })
      return text(
        lines(
          `${words.say('linking:code.title')} \`${code}\``,
          '',
          `⚠️ **${words.say('linking:warning')}**`,
          '',
          words.say('linking:code.in_telegram', { bot: kit.settings.telegramName?.() ?? 'Telegram' }),
          words.say('linking:code.valid'),
          words.say('linking:code.both'),
          ...(offers.length > 0 ? [''] : []),
          ...offers.map((phrase) => `🔗 ${phraseText({ words, timeZone }, phrase)}`),
        ),
      )
    }
    case 'admin_account':
      return text(words.say('linking:end.refused.admin_account'))
    case 'unknown_account':
      return sorry(words, 'no_progress_here')
    default:
      return issued satisfies never
  }
}

async function typedView(kit: Kit, person: Person, typed: string): Promise<View> {
  const { identity, words } = person
  const { timeZone, linking } = kit.settings
  const link = { words, timeZone }
  const context = linkContext(kit)
  const result = await typeLinkCode(kit.db, { typist: identity, typed }, { ...context, key: linking.key })
  switch (result.status) {
    case 'opened': {
      const { request } = result
      const read = await readLinkRequest(kit.db.kysely, { request, who: identity, ...context })
      if (read.status === 'open') return questionView(link, identity.id, request, read)
      return text(read.status === 'ended' ? endText(link, read.end) : words.say('linking:waits.not_yours'))
    }
    case 'wrong_code':
      return text(words.say('linking:typed.wrong'))
    case 'too_many_tries': {
      const when = formatMoment(words.locale, result.until, timeZone)
      return text(words.say('linking:typed.too_many', { when }))
    }
    case 'own_code':
      return text(words.say('linking:typed.own'))
    case 'already_linked':
    case 'refused':
      return text(endText(link, result))
    case 'unknown_account':
      return sorry(words, 'no_progress_here')
    default:
      return result satisfies never
  }
}

/** A yes or no to a link question. Whose request it is, and whose turn, stands in the database. */
export const linkButtons: ButtonKind = {
  kind: 'link',
  async press(kit, interaction, [answer, request = '']) {
    const person = await personOf(kit, interaction)
    if (!person) return sorry(guessWords(interaction), 'no_progress_here')
    const { identity: who, words } = person
    const context = linkContext(kit)
    const result =
      answer === 'yes'
        ? await confirmLinkRequest(kit.db, { request, who }, context)
        : await cancelLinkRequest(kit.db, { request, who }, context)
    switch (result.status) {
      case 'not_yours':
        return text(words.say('linking:waits.not_yours'))
      case 'waits_owner':
        return text(words.say('linking:waits.owner', { platform: platformName(words, result.ownerPlatform) }))
      case 'waits_typist': {
        const read = await readLinkRequest(kit.db.kysely, { request, who, ...context })
        const platform = read.status === 'open' ? platformName(words, read.other.platform) : ''
        return text(words.say('linking:waits.typist', { platform }))
      }
      case 'preview_changed': {
        const read = await readLinkRequest(kit.db.kysely, { request, who, ...context })
        if (read.status !== 'open' || read.role !== result.turn) {
          const platform = platformName(words, result.otherPlatform)
          return text(words.say('merging:preview.other_first', { platform }))
        }
        const view = questionView({ words, timeZone: kit.settings.timeZone }, who.id, request, read)
        return { ...view, content: lines(words.say('merging:preview.changed'), '', view.content ?? '') }
      }
      default:
        return text(endText({ words, timeZone: kit.settings.timeZone }, result))
    }
  },
}
