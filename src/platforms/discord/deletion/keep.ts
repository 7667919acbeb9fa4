import { ButtonStyle } from 'discord.js'
import { readSettings } from '../../../core/accounts/settings.js'
import { keepAccount } from '../../../core/deletion/keep-account.js'
import { type Deletion, findDeletion } from '../../../core/deletion/read-deletion.js'
import type { DeliveredEvent } from '../../../core/deliveries/delivery.js'
import { formatMoment } from '../../../i18n/format-time.js'
import { type ButtonKind, text, type View } from '../commands/command.js'
import { writeCustomId } from '../commands/custom-id.js'
import { button, row } from '../linking/link-words.js'
import { type Acting, guessWords, identityOf } from '../person.js'
import { lines, localeOf, type Words, wordsOf } from '../render/words.js'
import type { BaseKit, Kit } from '../types.js'

/** What shows nothing of one's own and changes nothing stays open while an account is being deleted. */
const OPEN_COMMANDS: ReadonlySet<string> = new Set(['help', 'top', 'setup', 'setup-ranks'])
const OPEN_BUTTONS: ReadonlySet<string> = new Set(['keep', 'top'])
/** Discord waits three seconds for an answer: when the database is slow, what follows finds the account closed. */
const PATIENCE_MS = 600

/**
 * The question whether the caller keeps his account, when it is being deleted and he asks for something of his own;
 * null for everybody else. For his eyes alone, wherever he asks.
 */
export async function askToKeep(
  kit: Kit,
  acting: Pick<Acting, 'user' | 'locale'>,
  what: { command: string } | { button: string },
): Promise<View | null> {
  const isOpen = 'command' in what ? OPEN_COMMANDS.has(what.command) : OPEN_BUTTONS.has(what.button)
  if (isOpen) return null
  return soon(look(kit, acting))
}

async function look(
  kit: Kit,
  { user, locale: guessed }: Pick<Acting, 'user' | 'locale'>,
): Promise<View | null> {
  const deletion = await findDeletion(kit.db.kysely, identityOf(user.id))
  if (!deletion) return null
  const { locale } = await readSettings(kit.db.kysely, deletion.accountId)
  return question(kit, wordsOf(localeOf(locale, guessed)), user.id, deletion)
}

/** Null when it takes too long or the database is away. */
async function soon(looked: Promise<View | null>): Promise<View | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), PATIENCE_MS)
  })
  try {
    return await Promise.race([looked.catch(() => null), late])
  } finally {
    clearTimeout(timer)
  }
}

function question(kit: BaseKit, words: Words, userId: string, { dueAt }: Deletion): View {
  const when = formatMoment(words.locale, dueAt, kit.settings.timeZone)
  return {
    content: lines(
      words.say('deletion:bot.ask', { when }),
      '',
      `**${words.say('deletion:bot.ask_question')}**`,
    ),
    embeds: [],
    components: [
      row(
        button(words.plain('deletion:bot.keep'), writeCustomId('keep', userId, 'yes'), ButtonStyle.Success),
        button(words.plain('deletion:bot.go'), writeCustomId('keep', userId, 'no')),
      ),
    ],
  }
}

/** Answers to that question, and to the notice. Whether there is anything to keep is read anew. */
export const keepButtons: ButtonKind = {
  kind: 'keep',
  async press(kit, interaction, [step]) {
    const identity = identityOf(interaction.user.id)
    const deletion = await findDeletion(kit.db.kysely, identity)
    const guessed = guessWords(interaction)
    if (!deletion) return text(guessed.say('deletion:bot.over'))
    const { locale } = await readSettings(kit.db.kysely, deletion.accountId)
    const words = wordsOf(localeOf(locale, interaction.locale))
    if (step !== 'yes') {
      const when = formatMoment(words.locale, deletion.dueAt, kit.settings.timeZone)
      return text(words.say('deletion:bot.going', { when }))
    }
    const { status } = await keepAccount(kit.db, { identity }, kit)
    return text(words.say(status === 'kept' ? 'deletion:bot.kept' : 'deletion:bot.over'))
  },
}

/** The notice that an account is being deleted, with the way to keep it; null when it was kept meanwhile. */
export async function deletionNotice(
  kit: BaseKit,
  { type, data }: DeliveredEvent,
  discordId: string,
  words: Words,
): Promise<View | null> {
  if (type === 'deletion_ended') {
    const by = ['telegram', 'discord', 'operator'].find((one) => one === data.by) ?? 'website'
    return text(lines(words.say('deletion:notice.ended'), words.say(`deletion:notice.ended_by.${by}`)))
  }
  const deletion = await findDeletion(kit.db.kysely, identityOf(discordId))
  if (!deletion) return null
  const when = formatMoment(words.locale, deletion.dueAt, kit.settings.timeZone)
  const keep = writeCustomId('keep', discordId, 'yes')
  return {
    content: lines(
      `**${words.say('deletion:notice.asked', { when })}**`,
      '',
      words.say('deletion:notice.asked_text'),
    ),
    components: [row(button(words.plain('deletion:notice.keep'), keep, ButtonStyle.Success))],
  }
}
