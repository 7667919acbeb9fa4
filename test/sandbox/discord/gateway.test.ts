import { type Client, Events, type Message } from 'discord.js'
import { describe, expect, it } from 'vitest'
import { client, identified, ids, next, RawGateway, readyClient, rest, sandbox } from './support.js'

const connect = async (url: string, query?: string): Promise<RawGateway> => {
  const gateway = new RawGateway(url.replace('http', 'ws'), query)
  await gateway.until((one) => one.op === 10)
  return gateway
}

describe('sessions survive their sockets', () => {
  it('after an abrupt loss discord.js resumes and hears what it missed, once and in order', async () => {
    const at = await sandbox()
    const bot = await readyClient(at)
    const heard: string[] = []
    const all = new Promise<void>((resolve) => {
      bot.on('messageCreate', (one) => {
        heard.push(one.content)
        if (one.content === 'three') resolve()
      })
    })
    const resumed = at.control.gateway.waitFor('resumed')
    const lost = at.control.gateway.waitFor('lost')
    at.control.person('mira').say('general', 'one')
    at.control.gateway.drop()
    await lost
    at.control.person('mira').say('general', 'two')
    await resumed
    at.control.person('mira').say('general', 'three')
    await all
    expect(heard).toEqual(['one', 'two', 'three'])
  })

  it('op 7 makes discord.js resume', async () => {
    const at = await sandbox()
    await readyClient(at)
    const resumed = at.control.gateway.waitFor('resumed')
    at.control.gateway.reconnect()
    await resumed
  })

  it('an invalid session loses what was missed and leads to a new login', async () => {
    const at = await sandbox()
    const bot = await readyClient(at)
    const identifiedAgain = at.control.gateway.waitFor('identified', 40_000)
    const lost = at.control.gateway.waitFor('lost')
    at.control.gateway.forgetSessions()
    at.control.gateway.drop()
    await lost
    at.control.person('mira').say('general', 'missed')
    await identifiedAgain
    const heard = next<Message>(bot, 'messageCreate')
    at.control.person('mira').say('general', 'heard')
    expect((await heard).content).toBe('heard')
  })

  it('a line that no longer answers heartbeats is noticed by the client and replaced', async () => {
    const at = await sandbox({ heartbeatIntervalMs: 300 })
    await readyClient(at)
    const resumed = at.control.gateway.waitFor('resumed')
    at.control.gateway.ignoreHeartbeats(true)
    await at.control.gateway.waitFor('lost')
    at.control.gateway.ignoreHeartbeats(false)
    await resumed
  })

  it('a client that sends no heartbeats is cut off with 4009', async () => {
    const at = await sandbox({ heartbeatIntervalMs: 50 })
    const gateway = await connect(at.url)
    gateway.identify(at.token)
    expect(await gateway.closing()).toBe(4009)
  })

  it('a resume from the future is 4007, one of an unknown session is op 9', async () => {
    const at = await sandbox()
    const first = await identified(at)
    const ready = await first.dispatch('READY')
    const { session_id } = ready.d as { session_id: string }
    const ahead = await connect(at.url)
    ahead.send(6, { token: at.token, session_id, seq: 9_999 })
    expect(await ahead.closing()).toBe(4007)
    const unknown = await connect(at.url)
    unknown.send(6, { token: at.token, session_id: 'nobody', seq: 1 })
    expect((await unknown.until((one) => one.op === 9)).d).toBe(false)
  })

  it('what is older than the kept replay cannot be resumed', async () => {
    const at = await sandbox({ replayMax: 2 })
    const first = await identified(at)
    const { session_id } = (await first.dispatch('READY')).d as { session_id: string }
    first.socket.terminate()
    await at.control.gateway.waitFor('lost')
    for (let n = 0; n < 5; n++) at.control.person('mira').say('general', `n${n}`)
    const again = await connect(at.url)
    again.send(6, { token: at.token, session_id, seq: 1 })
    expect((await again.until((one) => one.op === 9)).d).toBe(false)
  })
})

describe('the gateway closes the door as Discord does', () => {
  const cases: [string, number, (gateway: RawGateway, token: string) => void][] = [
    ['a wrong token', 4004, (gateway) => gateway.identify('wrong')],
    ['unknown intents', 4013, (gateway, token) => gateway.identify(token, { intents: 1 << 30 })],
    ['an intent that is not allowed', 4014, (gateway, token) => gateway.identify(token, { intents: 1 << 8 })],
    ['a shard beyond its count', 4010, (gateway, token) => gateway.identify(token, { shard: [2, 2] })],
    ['an unknown operation', 4001, (gateway) => gateway.send(99, {})],
    ['no JSON', 4002, (gateway) => gateway.socket.send('{nonsense')],
    ['a payload over 4,096 bytes', 4002, (gateway) => gateway.send(3, { x: 'y'.repeat(5_000) })],
    ['a request before identifying', 4003, (gateway) => gateway.send(8, { guild_id: '1' })],
  ]
  it.each(cases)('%s: %i', async (_name, code, act) => {
    const at = await sandbox()
    const gateway = await connect(at.url)
    act(gateway, at.token)
    expect(await gateway.closing()).toBe(code)
  })

  it('identifying twice: 4005; more than 120 sends a minute: 4008; a wrong version: 4012', async () => {
    const at = await sandbox()
    const twice = await identified(at)
    twice.identify(at.token)
    expect(await twice.closing()).toBe(4005)
    const noisy = await identified(at)
    for (let n = 0; n < 121; n++) noisy.send(3, { status: 'online', afk: false, activities: [], since: null })
    expect(await noisy.closing()).toBe(4008)
    expect(await new RawGateway(at.url.replace('http', 'ws'), '?v=3&encoding=json').closing()).toBe(4012)
  })

  it('too many guilds on one shard: 4011', async () => {
    const at = await sandbox({ guildsPerShardMax: 1 })
    const gateway = await connect(at.url)
    gateway.identify(at.token)
    expect(await gateway.closing()).toBe(4011)
    expect(
      (await identified(at, { shard: [0, 2] })).received.filter((one) => one.t === 'GUILD_CREATE'),
    ).toHaveLength(1)
  })

  it('a second login within five seconds is an invalid session, when that limit is on', async () => {
    const now = Date.now()
    const at = await sandbox({ identifyLimit: true, now: () => now })
    await identified(at)
    const second = await connect(at.url)
    second.identify(at.token)
    expect((await second.until((one) => one.op === 9)).d).toBe(false)
  })

  it('discord.js rejects a wrong token at login, and an intent that is not allowed closes its shard', async () => {
    const at = await sandbox({ privilegedIntents: { messageContent: false } })
    await expect(client(at).login('wrong')).rejects.toMatchObject({ code: 'TokenInvalid' })
    const bot: Client = client(at)
    const closed = new Promise<number>((resolve) =>
      bot.once(Events.ShardDisconnect, (event) => resolve(event.code)),
    )
    await Promise.allSettled([bot.login(at.token)])
    expect(await closed).toBe(4014)
  })
})

describe('members and misbehaviour', () => {
  it('the switch for message content can be turned off while the sandbox runs: 4014, and history without words', async () => {
    const at = await sandbox()
    at.control.person('mira').say('general', 'words')
    at.control.allowIntents({ messageContent: false })
    const gateway = await connect(at.url)
    gateway.identify(at.token)
    expect(await gateway.closing()).toBe(4014)
    const history = await rest(at, 'GET', `/channels/${ids(at).channel('general')}/messages`)
    expect(history.body.map((one: { content: string }) => one.content)).toEqual([''])
  })

  it('members come in chunks, by name, by id, or all', async () => {
    const at = await sandbox()
    for (let n = 0; n < 1_001; n++)
      at.control.addPerson({ key: `p${n}`, username: `crowd_${n}`, globalName: `C${n}` }, ['foreign'])
    const gateway = await identified(at)
    gateway.send(8, { guild_id: ids(at).guild('foreign'), query: '', limit: 0, nonce: 'all' })
    const last = await gateway.until((one) => one.t === 'GUILD_MEMBERS_CHUNK' && one.d.chunk_index === 1)
    expect([last.d.chunk_count, last.d.nonce]).toEqual([2, 'all'])
    gateway.send(8, {
      guild_id: ids(at).guild('ttfd'),
      user_ids: [ids(at).user('mira'), '123'],
      nonce: 'two',
    })
    const some = await gateway.until((one) => one.d?.nonce === 'two')
    expect([some.d.members.length, some.d.not_found]).toEqual([1, ['123']])
  })

  it('a dispatch can be repeated or lost', async () => {
    const at = await sandbox()
    const gateway = await identified(at)
    at.control.trouble.dispatch({ event: 'MESSAGE_CREATE', times: 1, does: { kind: 'repeat', times: 3 } })
    at.control.person('mira').say('general', 'thrice')
    at.control.trouble.dispatch({ event: 'MESSAGE_CREATE', times: 1, does: { kind: 'lose' } })
    at.control.person('mira').say('general', 'never')
    at.control.person('mira').say('general', 'once')
    await gateway.until((one) => one.d?.content === 'once')
    const heard = gateway.received.filter((one) => one.t === 'MESSAGE_CREATE')
    expect(heard.map((one) => one.d.content)).toEqual(['thrice', 'thrice', 'thrice', 'once'])
    expect(new Set(heard.map((one) => one.s)).size).toBe(4)
  })

  it('nothing is told of channels that the bot may not see', async () => {
    const at = await sandbox()
    const gateway = await identified(at)
    at.control.person('max').say('staff', 'hidden')
    at.control.person('max').say('general', 'open')
    await gateway.until((one) => one.d?.content === 'open')
    expect(gateway.received.filter((one) => one.t === 'MESSAGE_CREATE')).toHaveLength(1)
  })
})
