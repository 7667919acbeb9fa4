import { findAccountId } from '../../../core/accounts/find-account.js'
import { readSettings } from '../../../core/accounts/settings.js'
import { identityOf } from '../person.js'
import { lines, localeOf, wordsOf } from '../render/words.js'
import type { Command } from './command.js'
import { slash } from './definitions.js'

const LISTED = [
  'profile',
  'rank',
  'balance',
  'top',
  'daily',
  'dice',
  'coinflip',
  'work',
  'why',
  'link',
  'settings',
] as const

export const helpCommand: Command = {
  data: slash('help', 'anywhere'),
  ephemeral: true,
  async execute(kit, interaction) {
    const accountId = await findAccountId(kit.db.kysely, identityOf(interaction.user.id))
    const stored = accountId === null ? null : (await readSettings(kit.db.kysely, accountId)).locale
    const words = wordsOf(localeOf(stored, interaction.locale))
    const commands = LISTED.map((name) => {
      const shown = words.locale === 'ru' ? words.plain(`command.${name}.name`) : name
      return `**/${shown}** · ${words.plain(`command.${name}.description`)}`
    })
    return {
      content: '',
      embeds: [
        {
          color: 0x5865f2,
          title: words.plain('help.title'),
          description: lines(
            words.plain('help.how'),
            '',
            ...commands,
            '',
            words.plain('help.site', { url: kit.settings.siteUrl() }),
          ),
        },
      ],
      components: [],
    }
  },
}
