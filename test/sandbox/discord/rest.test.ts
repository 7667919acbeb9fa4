import { describe, expect, it } from 'vitest'
import { ids, readyClient, rest, sandbox } from './support.js'

describe('members and roles over REST', () => {
  it('one PATCH sets the whole role list; the event comes only when something changed; the reason is kept', async () => {
    const at = await sandbox()
    const bot = await readyClient(at)
    const id = ids(at)
    const guild = await bot.guilds.fetch(id.guild('ttfd'))
    const member = await guild.members.fetch(id.user('mira'))
    let updates = 0
    bot.on('guildMemberUpdate', () => {
      updates += 1
    })
    const wanted = [id.role('player'), id.role('booster'), id.role('tier-c')]
    await member.roles.set(wanted, 'Ранг C: 13 500 XP')
    await member.roles.set(wanted)
    const heard = new Promise<void>((resolve) => bot.once('messageCreate', () => resolve()))
    at.control.person('mira').say('general', 'after')
    await heard
    expect(updates).toBe(1)
    expect([...at.control.find.member(at.control.find.guild('ttfd'), member.id).roles].sort()).toEqual(
      [...wanted].sort(),
    )
    const entry = at.control.find.guild('ttfd').audit.at(-1)
    expect([entry?.reason, entry?.targetId]).toEqual(['Ранг C: 13 500 XP', member.id])
    expect((await guild.fetchAuditLogs()).entries.first()?.reason).toBe('Ранг C: 13 500 XP')
  })

  it('roles at or above the bot, managed roles, unknown roles and @everyone are refused, and nothing changes', async () => {
    const at = await sandbox()
    const id = ids(at)
    const path = `/guilds/${id.guild('ttfd')}/members/${id.user('mira')}`
    const before = (await rest(at, 'GET', path)).body.roles
    const tries: [string[], number, number][] = [
      [[...before, id.role('legend')], 403, 50013],
      [[...before, id.role('moderator')], 403, 50013],
      [[...before, id.role('bot')], 403, 50013],
      [[...before, '123'], 404, 10011],
      [[...before, id.guild('ttfd')], 400, 50028],
    ]
    for (const [roles, status, code] of tries) {
      const answer = await rest(at, 'PATCH', path, { roles })
      expect([answer.status, answer.body.code]).toEqual([status, code])
    }
    expect((await rest(at, 'PUT', `${path}/roles/${id.role('legend')}`)).body.code).toBe(50013)
    expect((await rest(at, 'GET', path)).body.roles).toEqual(before)
  })

  it('a role above the bot that a member already has does not hinder the others', async () => {
    const at = await sandbox()
    const id = ids(at)
    at.control.person('vera').giveRole('ttfd', 'oleg', 'legend')
    const path = `/guilds/${id.guild('ttfd')}/members/${id.user('oleg')}`
    const kept = await rest(at, 'PATCH', path, { roles: [id.role('legend'), id.role('tier-s')] })
    expect(kept.body.roles.sort()).toEqual([id.role('legend'), id.role('tier-s')].sort())
    expect((await rest(at, 'PATCH', path, { roles: [id.role('tier-s')] })).body.code).toBe(50013)
  })

  it('without Manage Roles nothing of it works', async () => {
    const at = await sandbox()
    const id = ids(at)
    at.control.changeRole('ttfd', 'bot', { permissions: 0n })
    const path = `/guilds/${id.guild('ttfd')}/members/${id.user('mira')}`
    expect((await rest(at, 'PATCH', path, { roles: [] })).body.code).toBe(50013)
    expect((await rest(at, 'POST', `/guilds/${id.guild('ttfd')}/roles`, { name: 'x' })).body.code).toBe(50013)
  })

  it('PUT and DELETE of one role answer 204 without a content type', async () => {
    const at = await sandbox()
    const id = ids(at)
    const path = `/guilds/${id.guild('ttfd')}/members/${id.user('kate')}/roles/${id.role('tier-f')}`
    for (const method of ['PUT', 'DELETE']) {
      const answer = await rest(at, method, path)
      expect([answer.status, answer.headers.get('content-type'), answer.body]).toEqual([204, null, null])
    }
  })

  it('the bot makes roles at the bottom, cannot give rights it lacks, and deletes only what it outranks', async () => {
    const at = await sandbox()
    const id = ids(at)
    const roles = `/guilds/${id.guild('ttfd')}/roles`
    const made = await rest(at, 'POST', roles, { name: 'Rank F', color: 0x95a5a6, permissions: '0' })
    expect([made.status, made.body.name, made.body.position]).toEqual([200, 'Rank F', 1])
    expect((await rest(at, 'POST', roles, { permissions: '8' })).body.code).toBe(50013)
    expect((await rest(at, 'DELETE', `${roles}/${id.role('legend')}`)).body.code).toBe(50013)
    expect((await rest(at, 'DELETE', `${roles}/${made.body.id}`)).status).toBe(204)
  })

  it('members are listed by id, page by page, and found by name', async () => {
    const at = await sandbox()
    const root = `/guilds/${ids(at).guild('ttfd')}/members`
    const first = (await rest(at, 'GET', `${root}?limit=3`)).body
    const rest_ = (await rest(at, 'GET', `${root}?limit=100&after=${first[2].user.id}`)).body
    const all = [...first, ...rest_].map((one) => BigInt(one.user.id))
    expect(all).toHaveLength(8)
    expect(all).toEqual([...all].sort((a, b) => (a < b ? -1 : 1)))
    expect((await rest(at, 'GET', `${root}/search?query=mira&limit=5`)).body).toHaveLength(1)
    expect((await rest(at, 'GET', `${root}?limit=1001`)).body.code).toBe(50035)
  })

  it('unknown things have their own codes', async () => {
    const at = await sandbox()
    const id = ids(at)
    const guild = `/guilds/${id.guild('ttfd')}`
    const codes = await Promise.all(
      [
        '/guilds/1',
        '/channels/1',
        `/channels/${id.channel('general')}/messages/1`,
        `${guild}/members/1`,
        `${guild}/members/${id.user('sam')}`,
        '/users/1',
        '/nothing',
      ].map(async (path) => (await rest(at, 'GET', path)).body.code),
    )
    expect(codes).toEqual([10004, 10003, 10008, 10013, 10007, 10013, 0])
    expect((await rest(at, 'PUT', '/gateway')).status).toBe(405)
  })
})

describe('messages over REST', () => {
  it('are read page by page: after, before, around, newest first', async () => {
    const at = await sandbox()
    const said = Array.from({ length: 7 }, (_, n) => at.control.person('mira').say('general', `m${n}`).id)
    const read = async (query: string): Promise<string[]> =>
      (await rest(at, 'GET', `/channels/${ids(at).channel('general')}/messages?${query}`)).body.map(
        (one: { content: string }) => one.content,
      )
    expect(await read(`after=${said[2]}&limit=2`)).toEqual(['m4', 'm3'])
    expect(await read(`before=${said[2]}&limit=5`)).toEqual(['m1', 'm0'])
    expect(await read(`around=${said[3]}&limit=3`)).toEqual(['m4', 'm3', 'm2'])
    expect(await read('limit=2')).toEqual(['m6', 'm5'])
    expect(
      (await rest(at, 'GET', `/channels/${ids(at).channel('general')}/messages?limit=101`)).body.code,
    ).toBe(50035)
  })

  it('a nonce that is enforced makes one message of two requests', async () => {
    const at = await sandbox()
    const path = `/channels/${ids(at).channel('general')}/messages`
    const body = { content: 'once', nonce: 'delivery-1', enforce_nonce: true }
    const [first, second] = [await rest(at, 'POST', path, body), await rest(at, 'POST', path, body)]
    expect(second.body.id).toBe(first.body.id)
    const third = await rest(at, 'POST', path, { ...body, enforce_nonce: false })
    expect(third.body.id).not.toBe(first.body.id)
  })

  it.each([
    ['nothing to show', {}, 50006],
    ['only blanks', { content: '   ' }, 50006],
    ['2,001 characters', { content: 'x'.repeat(2_001) }, 50035],
    ['an embed title of 257', { embeds: [{ title: 'x'.repeat(257) }] }, 50035],
    [
      'embeds of 6,001 in all',
      { embeds: [{ description: 'x'.repeat(4_000) }, { description: 'x'.repeat(2_001) }] },
      50035,
    ],
    ['eleven embeds', { embeds: Array.from({ length: 11 }, () => ({ title: 'x' })) }, 50035],
    [
      'six rows',
      {
        content: 'x',
        components: Array.from({ length: 6 }, (_, n) => ({
          type: 1,
          components: [{ type: 2, style: 1, label: 'x', custom_id: `${n}` }],
        })),
      },
      50035,
    ],
    [
      'six buttons in a row',
      {
        content: 'x',
        components: [
          {
            type: 1,
            components: Array.from({ length: 6 }, (_, n) => ({
              type: 2,
              style: 1,
              label: 'x',
              custom_id: `${n}`,
            })),
          },
        ],
      },
      50035,
    ],
    [
      'a custom_id of 101',
      {
        content: 'x',
        components: [
          { type: 1, components: [{ type: 2, style: 1, label: 'x', custom_id: 'y'.repeat(101) }] },
        ],
      },
      50035,
    ],
    [
      'a button without custom_id',
      { content: 'x', components: [{ type: 1, components: [{ type: 2, style: 1, label: 'x' }] }] },
      50035,
    ],
    [
      'a button without label',
      { content: 'x', components: [{ type: 1, components: [{ type: 2, style: 1, custom_id: 'x' }] }] },
      50035,
    ],
    ['a nonce of 26', { content: 'x', nonce: 'n'.repeat(26) }, 50035],
    [
      'mentions parsed and listed',
      { content: 'x', allowed_mentions: { parse: ['users'], users: ['1'] } },
      50035,
    ],
  ])('refused: %s', async (_name, body, code) => {
    const at = await sandbox()
    const answer = await rest(at, 'POST', `/channels/${ids(at).channel('general')}/messages`, body)
    expect([answer.status, answer.body.code]).toEqual([400, code])
  })

  it('a form error says where it is', async () => {
    const at = await sandbox()
    const twice = { type: 2, style: 1, label: 'x', custom_id: 'same' }
    const answer = await rest(at, 'POST', `/channels/${ids(at).channel('general')}/messages`, {
      content: 'x'.repeat(2_001),
      components: [{ type: 1, components: [twice, twice] }],
    })
    expect(answer.body).toEqual({
      message: 'Invalid Form Body',
      code: 50035,
      errors: {
        content: { _errors: [{ code: 'BASE_TYPE_MAX_LENGTH', message: 'Must be 2000 or fewer in length.' }] },
        components: {
          0: {
            components: {
              1: {
                custom_id: {
                  _errors: [
                    {
                      code: 'COMPONENT_CUSTOM_ID_DUPLICATED',
                      message: 'Component custom id cannot be duplicated',
                    },
                  ],
                },
              },
            },
          },
        },
      },
    })
  })

  it('go only where the bot may look and write, and change only if they are its own', async () => {
    const at = await sandbox()
    const id = ids(at)
    const post = async (channel: string) =>
      (await rest(at, 'POST', `/channels/${id.channel(channel)}/messages`, { content: 'x' })).body.code
    expect([
      await post('staff'),
      await post('news'),
      await post('forum'),
      await post('thread'),
      await post('lounge'),
    ]).toEqual([50001, 50013, 50008, undefined, undefined])
    const theirs = at.control.person('mira').say('general', 'mine')
    const path = `/channels/${id.channel('general')}/messages/${theirs.id}`
    expect((await rest(at, 'PATCH', path, { content: 'yours' })).body.code).toBe(50005)
    expect((await rest(at, 'DELETE', path)).status).toBe(204)
    expect((await rest(at, 'GET', path)).body.code).toBe(10008)
  })

  it('ping nobody when told so, and only whom they may otherwise', async () => {
    const at = await sandbox()
    const id = ids(at)
    const content = `<@${id.user('mira')}> @everyone <@&${id.role('player')}>`
    const post = async (extra: object) =>
      (await rest(at, 'POST', `/channels/${id.channel('general')}/messages`, { content, ...extra })).body
    const silent = await post({ allowed_mentions: { parse: [] } })
    expect([silent.mentions, silent.mention_roles, silent.mention_everyone]).toEqual([[], [], false])
    const loud = await post({})
    // The bot may not ping everyone; the role is mentionable.
    expect([loud.mentions.length, loud.mention_roles.length, loud.mention_everyone]).toEqual([1, 1, false])
  })

  it('carry files that can be fetched again, and never as a page', async () => {
    const at = await sandbox()
    const bot = await readyClient(at)
    const channel = await bot.channels.fetch(ids(at).channel('general'))
    if (!channel?.isSendable()) throw new Error('no text channel')
    const sent = await channel.send({
      content: 'card',
      files: [{ attachment: Buffer.from('<b>hi</b>'), name: 'rank card.html', description: 'A card' }],
    })
    const file = sent.attachments.first()
    expect([file?.name, file?.description, file?.size]).toEqual(['rank_card.html', 'A card', 9])
    const fetched = await fetch(file?.url ?? '')
    expect(await fetched.text()).toBe('<b>hi</b>')
    expect([fetched.headers.get('content-type'), fetched.headers.get('x-content-type-options')]).toEqual([
      'application/octet-stream',
      'nosniff',
    ])
  })

  it('reach a person in private, unless the person takes none', async () => {
    const at = await sandbox()
    const dm = async (key: string) =>
      (await rest(at, 'POST', '/users/@me/channels', { recipient_id: ids(at).user(key) })).body.id
    expect((await rest(at, 'POST', `/channels/${await dm('mira')}/messages`, { content: 'x' })).status).toBe(
      200,
    )
    expect(
      (await rest(at, 'POST', `/channels/${await dm('max')}/messages`, { content: 'x' })).body.code,
    ).toBe(50007)
  })
})

describe('command registration', () => {
  const put = async (body: unknown) => {
    const at = await sandbox()
    return rest(at, 'PUT', `/applications/${at.clientId}/commands`, body)
  }
  const option = { type: 3, name: 'code', description: 'A code' }
  it.each([
    ['upper case in a name', [{ name: 'Daily', description: 'x' }]],
    ['blanks in a name', [{ name: 'my daily', description: 'x' }]],
    ['no description', [{ name: 'daily' }]],
    ['a description of 101', [{ name: 'daily', description: 'x'.repeat(101) }]],
    ['an unknown language', [{ name: 'daily', description: 'x', name_localizations: { 'ru-RU': 'день' } }]],
    [
      'upper case in a translated name',
      [{ name: 'daily', description: 'x', name_localizations: { ru: 'День' } }],
    ],
    [
      'required after optional',
      [{ name: 'daily', description: 'x', options: [option, { ...option, name: 'b', required: true }] }],
    ],
    ['two options of one name', [{ name: 'daily', description: 'x', options: [option, option] }]],
    [
      '26 choices',
      [
        {
          name: 'daily',
          description: 'x',
          options: [
            { ...option, choices: Array.from({ length: 26 }, (_, n) => ({ name: `${n}`, value: `${n}` })) },
          ],
        },
      ],
    ],
    [
      'two commands of one name',
      [
        { name: 'daily', description: 'x' },
        { name: 'daily', description: 'y' },
      ],
    ],
    ['a described context menu', [{ type: 2, name: 'Profile', description: 'x' }]],
    [
      'sub-commands beside options',
      [{ name: 'setup', description: 'x', options: [option, { type: 1, name: 'ranks', description: 'x' }] }],
    ],
  ])('refused: %s', async (_name, body) => {
    const answer = await put(body)
    expect([answer.status, answer.body.code]).toEqual([400, 50035])
  })

  it('takes 100 commands, not 101, and keeps the id of a command that stays', async () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ name: `c${n}`, description: 'x' }))
    expect((await put(many(101))).body.code).toBe(30032)
    expect((await put(many(100))).body).toHaveLength(100)
    const at = await sandbox()
    const path = `/applications/${at.clientId}/guilds/${ids(at).guild('ttfd')}/commands`
    const [first] = (await rest(at, 'PUT', path, [{ name: 'день', description: 'x' }])).body
    const [again] = (
      await rest(at, 'PUT', path, [
        { name: 'день', description: 'y' },
        { type: 2, name: 'Profile' },
      ])
    ).body
    expect([again.id, again.version === first.version]).toEqual([first.id, false])
  })
})
