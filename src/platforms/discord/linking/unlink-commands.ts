import { ButtonStyle } from 'discord.js'
import { PLATFORMS } from '../../../core/accounts/identity.js'
import type { UnlinkRefusal } from '../../../core/linking/decide-unlink.js'
import { unlinkRefusalPhrase } from '../../../core/linking/link-phrases.js'
import { linkStatus, linkStatusPhrases } from '../../../core/linking/link-status.js'
import { readLinkRequest } from '../../../core/linking/read-link-request.js'
import { askUnlink, unlinkIdentity } from '../../../core/linking/unlink-identity.js'
import type { PlatformName } from '../../../db/schema.js'
import { type ButtonKind, type Command, sorry, text, type View } from '../commands/command.js'
import { writeCustomId } from '../commands/custom-id.js'
import { slash } from '../commands/definitions.js'
import { guessWords, type Person, personOf } from '../person.js'
import { lines } from '../render/words.js'
import type { Kit } from '../types.js'
import {
  button,
  linkContext,
  phraseText,
  platformList,
  platformName,
  questionView,
  row,
} from './link-words.js'

/** What is linked, and the oldest question that waits for the caller's answer. */
export const checkLinkCommand: Command = {
  data: slash('checklink', 'anywhere'),
  ephemeral: true,
  async execute(kit, interaction) {
    const person = await personOf(kit, interaction)
    if (!person) return sorry(guessWords(interaction), 'no_progress_here')
    const { identity, words } = person
    const { timeZone } = kit.settings
    const status = await linkStatus(kit.db.kysely, identity, kit.now())
    if (status.status === 'unknown_account') return sorry(words, 'no_progress_here')
    const waiting = status.pending.find(({ role, turn }) => role === turn)
    const known = lines(
      `**${words.say('linking:check.title')}**`,
      ...linkStatusPhrases(status).map((phrase) => phraseText({ words, timeZone }, phrase)),
    )
    if (!waiting) return text(known)
    const { request } = waiting
    const read = await readLinkRequest(kit.db.kysely, { request, who: identity, ...linkContext(kit) })
    if (read.status !== 'open') return text(known)
    const question = questionView({ words, timeZone }, identity.id, request, read)
    return { ...question, content: lines(known, '', question.content ?? '') }
  },
}

export const unlinkCommand: Command = {
  data: slash('unlink', 'anywhere'),
  ephemeral: true,
  async execute(kit, interaction) {
    const person = await personOf(kit, interaction)
    return person ? chooseView(kit, person) : sorry(guessWords(interaction), 'no_progress_here')
  },
}

/** Presses of the unlink question. The account and the right to do it are read anew each time. */
export const unlinkButtons: ButtonKind = {
  kind: 'unlink',
  async press(kit, interaction, [step, named]) {
    const person = await personOf(kit, interaction)
    if (!person) return sorry(guessWords(interaction), 'no_progress_here')
    const { identity: actor, words } = person
    const platform = PLATFORMS.find((one) => one === named)
    if (step === 'choose') return chooseView(kit, person)
    if (step === 'ask' && platform) return questionOrReason(kit, person, platform)
    if (step !== 'yes' || !platform) return text(words.say('linking:unlink.kept'))
    const result = await unlinkIdentity(kit.db, { actor, platform }, linkContext(kit))
    if (result.status !== 'unlinked') return text(reasonText(kit, person, platform, result))
    return text(
      words.say('linking:unlink.done', {
        platform: platformName(words, platform),
        platforms: platformList(words, result.left),
      }),
    )
  },
}

/** Which platform, or, where there is one choice only, the question itself. */
async function chooseView(kit: Kit, person: Person): Promise<View> {
  const { identity, words } = person
  const status = await linkStatus(kit.db.kysely, identity, kit.now())
  const platforms = status.status === 'known' ? status.identities.map((one) => one.platform) : []
  if (platforms.length < 2) return questionOrReason(kit, person, platforms[0] ?? identity.platform)
  const choices = platforms.map((platform) =>
    button(
      words.plain('linking:unlink.yes', { platform: platformName(words, platform) }),
      writeCustomId('unlink', identity.id, 'ask', platform),
    ),
  )
  return {
    content: words.say('linking:unlink.choose'),
    embeds: [],
    components: [row(cancelButton(person), ...choices)],
  }
}

/** The question says what stays and what goes; or why it cannot be asked. */
async function questionOrReason(kit: Kit, person: Person, platform: PlatformName): Promise<View> {
  const { identity: actor, words } = person
  const asked = await askUnlink(kit.db.kysely, { actor, platform }, linkContext(kit))
  if (asked.status !== 'allowed') return text(reasonText(kit, person, platform, asked))
  const name = platformName(words, platform)
  return {
    content: lines(
      `**${words.say('linking:unlink.title', { platform: name })}**`,
      '',
      words.say('linking:unlink.stays', { platforms: platformList(words, asked.left) }),
      words.say('linking:unlink.leaves', { platform: name }),
      words.say('linking:unlink.once'),
    ),
    embeds: [],
    components: [
      row(
        cancelButton(person),
        button(
          words.plain('linking:unlink.yes', { platform: name }),
          writeCustomId('unlink', actor.id, 'yes', platform),
          ButtonStyle.Danger,
        ),
      ),
    ],
  }
}

function cancelButton({ identity, words }: Person) {
  const label = words.plain('linking:unlink.cancel')
  return button(label, writeCustomId('unlink', identity.id, 'no'), ButtonStyle.Primary)
}

function reasonText(
  { settings }: Kit,
  { words }: Person,
  platform: PlatformName,
  refusal: UnlinkRefusal,
): string {
  return phraseText({ words, timeZone: settings.timeZone }, unlinkRefusalPhrase(platform, refusal))
}
