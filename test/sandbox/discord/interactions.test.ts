import {
  ActionRowBuilder,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  type BaseInteraction,
  ButtonBuilder,
  ButtonStyle,
  type Client,
  type DiscordAPIError,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  StringSelectMenuBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js'
import { beforeEach, describe, expect, it } from 'vitest'
import { Refused } from '../../../src/sandbox/discord/control/refused.js'
import type { DiscordSandbox } from '../../../src/sandbox/discord/server.js'
import { ids, readyClient, sandbox } from './support.js'

const row = (...buttons: ButtonBuilder[]) => new ActionRowBuilder<ButtonBuilder>().addComponents(...buttons)
const button = (id: string) => new ButtonBuilder().setCustomId(id).setLabel(id).setStyle(ButtonStyle.Primary)

describe('interactions through a real discord.js client', () => {
  let at: DiscordSandbox
  let bot: Client<true>
  /** What the bot does with the next interaction. */
  let answer: (interaction: BaseInteraction) => Promise<unknown>
  let done: Promise<unknown>

  beforeEach(async () => {
    at = await sandbox({ interactionDeadlineMs: 20_000 })
    bot = await readyClient(at)
    bot.on('interactionCreate', (interaction) => {
      done = answer(interaction)
      done.catch(() => undefined)
    })
    await bot.application.commands.set([
      {
        name: 'profile',
        description: 'Shows a profile',
        nameLocalizations: { ru: 'профиль' },
        options: [
          { name: 'member', description: 'Who', type: ApplicationCommandOptionType.User },
          {
            name: 'page',
            description: 'Which',
            type: ApplicationCommandOptionType.Integer,
            minValue: 1,
            maxValue: 9,
          },
        ],
      },
      { name: 'Profile', type: ApplicationCommandType.User },
      {
        name: 'setup',
        description: 'Sets up',
        defaultMemberPermissions: '268435456',
        options: [{ name: 'ranks', description: 'Ranks', type: ApplicationCommandOptionType.Subcommand }],
      },
    ])
  })

  it('a slash command is deferred and answered for one person only, with buttons that work', async () => {
    answer = async (interaction) => {
      if (interaction.isChatInputCommand()) {
        expect(interaction.options.getMember('member')?.toString()).toContain(ids(at).user('oleg'))
        expect(interaction.options.getInteger('page')).toBe(2)
        await interaction.deferReply({ flags: MessageFlags.Ephemeral })
        await interaction.editReply({ content: 'Here you are', components: [row(button('next'))] })
      } else if (interaction.isButton()) await interaction.update({ content: 'Page 3', components: [] })
    }
    const mira = at.control.person('mira')
    const used = mira.slash('general', 'profile', { member: 'oleg', page: 2 })
    const reply = await used.reply()
    expect([reply.content, reply.ephemeralFor]).toEqual(['Here you are', mira.id])
    expect(() => at.control.person('oleg').press(reply, 'next')).toThrow(Refused)
    const pressed = mira.press(reply, 'next')
    await pressed.answered()
    await done
    expect([reply.content, reply.components]).toEqual(['Page 3', []])
  })

  it('a modal opens from a button and brings back what was typed', async () => {
    let typed = ''
    answer = async (interaction) => {
      if (interaction.isChatInputCommand())
        await interaction.reply({ content: 'Press', components: [row(button('open'))] })
      else if (interaction.isButton()) {
        const input = new TextInputBuilder()
          .setCustomId('code')
          .setStyle(TextInputStyle.Short)
          .setMaxLength(8)
        const label = new LabelBuilder().setLabel('Code').setTextInputComponent(input)
        await interaction.showModal(
          new ModalBuilder().setCustomId('typed').setTitle('Link').addLabelComponents(label),
        )
      } else if (interaction.isModalSubmit()) {
        typed = interaction.fields.getTextInputValue('code')
        await interaction.reply({ content: 'Thanks', flags: MessageFlags.Ephemeral })
      }
    }
    const mira = at.control.person('mira')
    const reply = await mira.slash('general', 'profile').reply()
    const pressed = mira.press(reply, 'open')
    expect((await pressed.modal()).title).toBe('Link')
    expect(() => mira.submitModal(pressed, { code: 'far too long' })).toThrow(Refused)
    expect((await mira.submitModal(pressed, { code: 'ABCD2345' }).reply()).content).toBe('Thanks')
    expect(typed).toBe('ABCD2345')
  })

  it('a menu, a user context menu and a private chat work', async () => {
    answer = async (interaction) => {
      if (interaction.isUserContextMenuCommand()) {
        const menu = new StringSelectMenuBuilder()
          .setCustomId('pick')
          .addOptions({ label: 'A', value: 'a' }, { label: 'B', value: 'b' })
        const components = [new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(menu)]
        await interaction.reply({ content: interaction.targetId, components })
      } else if (interaction.isStringSelectMenu())
        await interaction.reply(`picked ${interaction.values.join()}`)
      else if (interaction.isChatInputCommand())
        await interaction.reply(interaction.inGuild() ? 'guild' : 'private')
    }
    const mira = at.control.person('mira')
    const shown = await mira.userMenu('general', 'Profile', 'kate').reply()
    expect(shown.content).toBe(ids(at).user('kate'))
    expect((await mira.select(shown, 'pick', ['b']).reply()).content).toBe('picked b')
    expect(() => mira.select(shown, 'pick', ['z'])).toThrow(Refused)
    expect((await mira.slashDm('profile').reply()).content).toBe('private')
  })

  it('the follow-up after a deferred answer fills it; later ones are messages of their own', async () => {
    answer = async (interaction) => {
      if (!interaction.isChatInputCommand()) return
      await interaction.deferReply()
      await interaction.followUp('first')
      await interaction.followUp({ content: 'second', flags: MessageFlags.Ephemeral })
    }
    const used = at.control.person('mira').slash('general', 'profile')
    const reply = await used.reply()
    expect(reply.content).toBe('first')
    const second = await at.control.waitForMessage((one) => one.content === 'second')
    expect([second.id === reply.id, second.ephemeralFor]).toEqual([false, ids(at).user('mira')])
  })

  it('the app offers only what is registered, typed rightly and allowed', () => {
    const mira = at.control.person('mira')
    expect(() => mira.slash('general', 'nothing')).toThrow(Refused)
    expect(() => mira.slash('general', 'profile', { page: 99 })).toThrow(/above/)
    expect(() => mira.slash('general', 'profile', { wrong: 1 })).toThrow(/no option/)
    expect(() => mira.slash('general', 'setup ranks')).toThrow(/hidden/)
    expect(() => at.control.person('vera').slash('general', 'setup')).toThrow(/sub-command/)
    answer = async () => undefined
    expect(at.control.person('vera').slash('general', 'setup ranks').interaction.data.options).toEqual([
      { name: 'ranks', type: 1, options: [] },
    ])
  })

  it('a second answer is refused with 40060', async () => {
    answer = async (interaction) => {
      if (!interaction.isChatInputCommand()) return
      await interaction.reply('one')
      interaction.replied = false
      await interaction.reply('two')
    }
    await at.control.person('mira').slash('general', 'profile').answered()
    await expect(done).rejects.toMatchObject({ code: 40060 } satisfies Partial<DiscordAPIError>)
  })
})

describe('deadlines of interactions', () => {
  it('an answer after three seconds finds no interaction, one after fifteen minutes no token', async () => {
    let now = Date.now()
    const at = await sandbox({ now: () => now })
    const bot = await readyClient(at)
    await bot.application.commands.set([{ name: 'slow', description: 'Takes its time' }])
    const late = at.control.person('mira').slash('general', 'slow').interaction
    now += 3_001
    const callback = async (id: string, token: string): Promise<number> => {
      const response = await fetch(`${at.apiUrl}/v10/interactions/${id}/${token}/callback`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ type: 5 }),
      })
      return response.status === 204 ? 0 : ((await response.json()) as { code: number }).code
    }
    expect(await callback(late.id, late.token)).toBe(10062)
    const timely = at.control.person('mira').slash('general', 'slow').interaction
    expect(await callback(timely.id, 'wrong')).toBe(10062)
    expect(await callback(timely.id, timely.token)).toBe(0)
    now += 15 * 60_000 + 1
    const edit = await fetch(
      `${at.apiUrl}/v10/webhooks/${at.clientId}/${timely.token}/messages/%40original`,
      {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ content: 'too late' }),
      },
    )
    expect([edit.status, ((await edit.json()) as { code: number }).code]).toEqual([401, 50027])
  })

  it('without any answer the person is told that the application did not respond', async () => {
    const at = await sandbox({ interactionDeadlineMs: 50 })
    const bot = await readyClient(at)
    await bot.application.commands.set([{ name: 'mute', description: 'Says nothing' }])
    const used = at.control.person('mira').slash('general', 'mute')
    expect((await used.answered()).failed).toBe(true)
    await expect(used.reply()).rejects.toThrow('did not respond')
  })
})
