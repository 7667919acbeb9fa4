import { ButtonStyle } from 'discord.js'
import { askPutBack, putBack } from '../../../core/linking/put-back.js'
import { putBackEndPhrase } from '../../../core/linking/put-back-phrases.js'
import { type ButtonKind, text } from '../commands/command.js'
import { writeCustomId } from '../commands/custom-id.js'
import { guessWords, personOf } from '../person.js'
import { lines, type Words } from '../render/words.js'
import { button, linkContext, phraseText, platformName, row } from './link-words.js'

const KIND = 'put-back'

/** The button under the news of an unlinking, for whoever did not do it. */
export function putBackRow(words: Words, discordId: string, unlink: string) {
  return row(
    button(words.plain('weblink:notice.put_back_button'), writeCustomId(KIND, discordId, 'ask', unlink)),
  )
}

/** Presses of the question whether an unlinking is taken back. Who left has no account and may press all the same. */
export const putBackButtons: ButtonKind = {
  kind: KIND,
  async press(kit, interaction, [step, unlink = '']) {
    const words = (await personOf(kit, interaction))?.words ?? guessWords(interaction)
    const who = { platform: 'discord', id: interaction.user.id } as const
    const link = { words, timeZone: kit.settings.timeZone }
    if (step === 'yes') {
      const result = await putBack(kit.db, { unlink, who }, linkContext(kit))
      return text(phraseText(link, putBackEndPhrase(result)))
    }
    if (step !== 'ask') return text(words.say('linking:unlink.kept'))
    const asked = await askPutBack(kit.db.kysely, { unlink, who }, linkContext(kit))
    if (asked.status !== 'allowed') return text(phraseText(link, putBackEndPhrase(asked)))
    const answer = (word: 'yes' | 'no') => writeCustomId(KIND, who.id, word, unlink)
    return {
      content: lines(
        `**${words.say('weblink:put_back.title', { platform: platformName(words, asked.platform) })}**`,
        '',
        words.say('weblink:put_back.text'),
        words.say('weblink:put_back.safe'),
      ),
      embeds: [],
      components: [
        row(
          button(words.plain('weblink:put_back.no'), answer('no'), ButtonStyle.Primary),
          button(words.plain('weblink:put_back.yes'), answer('yes')),
        ),
      ],
    }
  },
}
