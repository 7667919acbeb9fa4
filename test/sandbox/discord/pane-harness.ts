import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  type Client,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js'
import { discordPane } from '../../../src/sandbox/playground/discord-pane.js'
import { startPlayground } from '../playground-harness.js'
import { readyClient, sandbox } from './support.js'

/** The playground with an invented Discord and a bot that uses what the pane must show. */
export async function startPane() {
  const at = await sandbox()
  const bot = await readyClient(at)
  await demoBot(bot)
  const playground = await startPlayground({ discord: discordPane(at) })
  return { at, bot, url: `${playground.origin}/sandbox`, close: () => playground.close() }
}

async function demoBot(bot: Client<true>): Promise<void> {
  await bot.application.commands.set([
    {
      name: 'profile',
      description: 'Shows a profile',
      nameLocalizations: { ru: 'профиль' },
      descriptionLocalizations: { ru: 'Показывает профиль' },
      options: [
        {
          name: 'member',
          description: 'Whose',
          nameLocalizations: { ru: 'участник' },
          descriptionLocalizations: { ru: 'Чей' },
          type: ApplicationCommandOptionType.User,
        },
      ],
    },
    {
      name: 'coinflip',
      description: 'Flips a coin',
      nameLocalizations: { ru: 'монетка' },
      descriptionLocalizations: { ru: 'Подбрасывает монетку' },
      options: [
        {
          name: 'side',
          description: 'Your guess',
          nameLocalizations: { ru: 'сторона' },
          descriptionLocalizations: { ru: 'Твоя догадка' },
          type: ApplicationCommandOptionType.String,
          required: true,
          choices: [
            { name: 'Heads', nameLocalizations: { ru: 'Орёл' }, value: 'heads' },
            { name: 'Tails', nameLocalizations: { ru: 'Решка' }, value: 'tails' },
          ],
        },
      ],
    },
    {
      name: 'link',
      description: 'Links an account',
      nameLocalizations: { ru: 'связать' },
      descriptionLocalizations: { ru: 'Связывает аккаунты' },
    },
    { name: 'Profile', type: ApplicationCommandType.User, nameLocalizations: { ru: 'Профиль' } },
  ])
  bot.on('interactionCreate', async (one) => {
    if (one.isChatInputCommand() && one.commandName === 'link') {
      const input = new TextInputBuilder()
        .setCustomId('code')
        .setStyle(TextInputStyle.Short)
        .setMinLength(8)
        .setMaxLength(8)
      const label = new LabelBuilder().setLabel('Код').setTextInputComponent(input)
      await one.showModal(
        new ModalBuilder().setCustomId('code').setTitle('Код связи').addLabelComponents(label),
      )
    } else if (one.isModalSubmit()) {
      await one.reply({
        content: `Код ${one.fields.getTextInputValue('code')} принят`,
        flags: MessageFlags.Ephemeral,
      })
    } else if (one.isChatInputCommand() && one.commandName === 'coinflip') {
      await one.reply(`Выпало: **${one.options.getString('side')}**`)
    } else if (one.isButton()) {
      await one.update({ content: 'Страница 2', embeds: [], components: [] })
    } else if (one.isChatInputCommand() || one.isUserContextMenuCommand()) {
      await one.deferReply({ flags: MessageFlags.Ephemeral })
      await one.editReply({
        embeds: [
          {
            color: 0x95a5a6,
            title: 'Ранг F II',
            description: 'До следующего: **240 XP**',
            fields: [
              { name: 'XP', value: '1 010', inline: true },
              { name: 'Монеты', value: '320', inline: true },
            ],
          },
        ],
        components: [{ type: 1, components: [{ type: 2, style: 1, label: 'Дальше', customId: 'next' }] }],
      })
    }
  })
}
