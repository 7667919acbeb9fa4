import {
  type GuildMember,
  type Message,
  type PartialGuildMember,
  PermissionFlagsBits,
  type Role,
  type VoiceState,
} from 'discord.js'
import { describe, expect, it } from 'vitest'
import { ids, next, readyClient, sandbox } from './support.js'

describe('a real discord.js client hears what happens', () => {
  it('logs in, learns its guilds, roles, channels and itself', async () => {
    const at = await sandbox()
    const bot = await readyClient(at)
    expect(bot.user.id).toBe(at.clientId)
    expect(bot.application.id).toBe(at.clientId)
    expect(bot.guilds.cache.size).toBe(2)
    const guild = bot.guilds.cache.get(ids(at).guild('ttfd'))
    expect(guild?.afkChannelId).toBe(ids(at).channel('afk'))
    expect(guild?.channels.cache.get(ids(at).channel('lounge'))?.isVoiceBased()).toBe(true)
    expect(guild?.members.me?.permissions.has(PermissionFlagsBits.ManageRoles)).toBe(true)
    expect(BigInt(ids(at).user('mira')) > 2n ** 53n).toBe(true)
  })

  it('hears messages in a channel, a thread, a forum post and in private', async () => {
    const at = await sandbox()
    const bot = await readyClient(at)
    for (const place of ['general', 'thread', 'post'] as const) {
      const heard = next<Message>(bot, 'messageCreate')
      const said = at.control.person('mira').say(place, `hello from ${place}`)
      const message = await heard
      expect(message.id).toBe(said.id)
      expect(message.content).toBe(`hello from ${place}`)
      expect(message.channelId).toBe(ids(at).channel(place))
      expect(message.channel.isThread()).toBe(place !== 'general')
      expect(message.guildId).toBe(ids(at).guild('ttfd'))
      expect(message.member?.id).toBe(ids(at).user('mira'))
    }
    const heard = next<Message>(bot, 'messageCreate')
    at.control.person('oleg').dm('psst')
    const direct = await heard
    expect(direct.inGuild()).toBe(false)
    expect(direct.content).toBe('psst')
    await direct.author.send('hi')
    expect((await at.control.waitForMessage((one) => one.content === 'hi')).authorId).toBe(at.clientId)
  })

  it('tells people, bots, webhooks, system messages and crossposts apart', async () => {
    const at = await sandbox()
    const bot = await readyClient(at)
    const hear = async (act: () => void): Promise<Message> => {
      const heard = next<Message>(bot, 'messageCreate')
      act()
      return heard
    }
    expect((await hear(() => at.control.person('jukebox').say('general', 'la la'))).author.bot).toBe(true)
    expect((await hear(() => at.control.webhookSays('herald', 'news!'))).webhookId).not.toBeNull()
    expect((await hear(() => at.control.systemMessage('general', 8, 'mira'))).system).toBe(true)
    expect((await hear(() => at.control.person('newcomer').joinGuild('ttfd'))).type).toBe(7)
    const heard = next(bot, 'messageCreate')
    const news = at.control.person('max').say('news', 'big news')
    await heard
    const copy = await hear(() => at.control.crosspost(news, 'games'))
    expect(copy.flags.has('IsCrosspost')).toBe(true)
  })

  it('hears edits and deletions', async () => {
    const at = await sandbox()
    const bot = await readyClient(at)
    const mira = at.control.person('mira')
    const heard = next(bot, 'messageCreate')
    const said = mira.say('general', 'first')
    await heard
    const edited = next<Message>(bot, 'messageUpdate')
    mira.edit(said, 'second')
    expect((await edited).content).toBe('first')
    const deleted = next<Message>(bot, 'messageDelete')
    mira.delete(said)
    expect((await deleted).id).toBe(said.id)
  })

  it('hears voice: join, move, mute by self and by a moderator, leave', async () => {
    const at = await sandbox()
    const bot = await readyClient(at)
    const mira = at.control.person('mira')
    const change = async (act: () => void): Promise<VoiceState> => {
      const heard = new Promise<VoiceState>((resolve) =>
        bot.once('voiceStateUpdate', (_old, state) => resolve(state)),
      )
      act()
      return heard
    }
    const joined = await change(() => mira.joinVoice('lounge'))
    expect([joined.channelId, joined.member?.id]).toEqual([ids(at).channel('lounge'), mira.id])
    expect((await change(() => mira.joinVoice('afk'))).suppress).toBe(true)
    expect((await change(() => mira.selfDeaf(true))).selfDeaf).toBe(true)
    expect((await change(() => at.control.person('max').serverMute('ttfd', 'mira', true))).serverMute).toBe(
      true,
    )
    expect((await change(() => at.control.person('max').moveMember('ttfd', 'mira', 'squad'))).channelId).toBe(
      ids(at).channel('squad'),
    )
    expect((await change(() => mira.leaveVoice())).channelId).toBeNull()
  })

  it('hears members and roles come, change and go, and nothing when nothing changed', async () => {
    const at = await sandbox()
    const bot = await readyClient(at)
    await bot.guilds.cache.get(ids(at).guild('ttfd'))?.members.fetch()
    const came = next<GuildMember>(bot, 'guildMemberAdd')
    at.control.person('newcomer').joinGuild('ttfd')
    expect((await came).id).toBe(ids(at).user('newcomer'))

    let updates = 0
    bot.on('guildMemberUpdate', () => {
      updates += 1
    })
    const updated = next(bot, 'guildMemberUpdate')
    at.control.person('max').giveRole('ttfd', 'oleg', 'tier-d')
    at.control.person('max').giveRole('ttfd', 'oleg', 'tier-d')
    await updated
    const gone = next<PartialGuildMember>(bot, 'guildMemberRemove')
    at.control.person('newcomer').leaveGuild('ttfd')
    expect((await gone).id).toBe(ids(at).user('newcomer'))
    expect(updates).toBe(1)

    const made = next<Role>(bot, 'roleCreate')
    const role = at.control.createRole('ttfd', { name: 'Temporary' })
    expect((await made).name).toBe('Temporary')
    const changed = next<Role>(bot, 'roleUpdate')
    at.control.changeRole('ttfd', role.id, { position: 20 })
    await changed
    const removed = next<Role>(bot, 'roleDelete')
    at.control.deleteRole('ttfd', role.id)
    expect((await removed).id).toBe(role.id)
  })

  it('sees no words without the MessageContent intent, but for what concerns the bot itself', async () => {
    const at = await sandbox()
    const bot = await readyClient(at, { intents: ['Guilds', 'GuildMessages', 'DirectMessages'] })
    const mira = at.control.person('mira')
    const hear = async (act: () => void): Promise<Message> => {
      const heard = next<Message>(bot, 'messageCreate')
      act()
      return heard
    }
    expect((await hear(() => mira.say('general', 'secret'))).content).toBe('')
    expect((await hear(() => mira.say('general', `<@${at.clientId}> hi`))).content).toContain('hi')
    expect((await hear(() => mira.dm('for you'))).content).toBe('for you')
    const channel = await bot.channels.fetch(ids(at).channel('general'))
    const own = hear(() => undefined)
    if (channel?.isSendable()) await channel.send('mine')
    expect((await own).content).toBe('mine')
  })

  it('splits guilds over two shards', async () => {
    const at = await sandbox({ shards: 2 })
    const first = await readyClient(at, { shards: [0], shardCount: 2 })
    const second = await readyClient(at, { shards: [1], shardCount: 2 })
    expect([first.guilds.cache.size, second.guilds.cache.size]).toEqual([1, 1])
    expect(first.guilds.cache.has(ids(at).guild('ttfd'))).toBe(true)
    const heardByFirst: string[] = []
    const heardBySecond: string[] = []
    first.on('messageCreate', (one) => heardByFirst.push(one.content))
    second.on('messageCreate', (one) => heardBySecond.push(one.content))
    const both = Promise.all([next(first, 'messageCreate'), next(second, 'messageCreate')])
    at.control.person('mira').say('general', 'home')
    at.control.person('mira').say('foreign-general', 'away')
    await both
    expect(heardByFirst).toEqual(['home'])
    expect(heardBySecond).toEqual(['away'])
  })
})
