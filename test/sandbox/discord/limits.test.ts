import { DiscordAPIError } from 'discord.js'
import { describe, expect, it } from 'vitest'
import { ids, readyClient, rest, sandbox } from './support.js'

describe('rate limits', () => {
  it('each answer tells where the limit stands', async () => {
    const now = Date.now()
    const at = await sandbox({ rateLimits: 'on', now: () => now })
    const path = `/channels/${ids(at).channel('general')}/messages`
    const answer = await rest(at, 'POST', path, { content: 'x' })
    expect(answer.headers.get('x-ratelimit-limit')).toBe('5')
    expect(answer.headers.get('x-ratelimit-remaining')).toBe('4')
    expect(Number(answer.headers.get('x-ratelimit-reset-after'))).toBeGreaterThan(0)
    expect(answer.headers.get('x-ratelimit-bucket')).toMatch(/^[0-9a-f]{32}$/)
  })

  it('the request too many is refused with words, headers and no effect; another channel has its own bucket', async () => {
    // The window stands still, however slowly they come.
    const now = Date.now()
    const at = await sandbox({ rateLimits: 'on', now: () => now })
    const post = (channel: string) =>
      rest(at, 'POST', `/channels/${ids(at).channel(channel)}/messages`, { content: 'x' })
    for (let n = 0; n < 5; n++) expect((await post('general')).status).toBe(200)
    const refused = await post('general')
    expect(refused.status).toBe(429)
    expect(refused.body).toMatchObject({ message: 'You are being rate limited.', global: false })
    expect(refused.body.retry_after).toBeGreaterThan(0)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(refused.body.retry_after)
    expect(refused.headers.get('x-ratelimit-scope')).toBe('user')
    expect((await post('games')).status).toBe(200)
    expect(at.world.messagesOf(ids(at).channel('general')).size).toBe(5)
    expect(at.control.invalidRequests.total[429]).toBe(1)
  })

  it('over all routes fifty a second pass; interactions do not count', async () => {
    const now = Date.now()
    const at = await sandbox({
      rateLimits: { routes: { 'GET /users/@me': { limit: 1_000, windowMs: 1_000 } } },
      now: () => now,
    })
    const answers = await Promise.all(Array.from({ length: 51 }, () => rest(at, 'GET', '/users/@me')))
    const refused = answers.filter((one) => one.status === 429)
    expect(refused).toHaveLength(1)
    expect([refused[0]?.body.global, refused[0]?.headers.get('x-ratelimit-global')]).toEqual([true, 'true'])
    const callback = await fetch(`${at.apiUrl}/v10/interactions/1/x/callback`, { method: 'POST' })
    expect(callback.status).toBe(404)
  })

  it('discord.js keeps to the limits by itself: nothing is refused', async () => {
    const at = await sandbox({
      rateLimits: { routes: { 'POST /channels/:channel/messages': { limit: 3, windowMs: 300 } } },
    })
    const bot = await readyClient(at)
    const channel = await bot.channels.fetch(ids(at).channel('general'))
    if (!channel?.isSendable()) throw new Error('no text channel')
    await Promise.all(Array.from({ length: 7 }, (_, n) => channel.send(`${n}`)))
    expect(at.control.requests().filter((one) => one.status === 429)).toHaveLength(0)
    const times = at.control
      .requests()
      .filter((one) => one.method === 'POST')
      .map((one) => one.startedAt)
    expect((times[6] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(500)
  })

  it('an ordered 429 is waited out by discord.js and then succeeds', async () => {
    const at = await sandbox()
    const bot = await readyClient(at)
    const route = 'PATCH /guilds/:guild/members/:user'
    at.control.trouble.request({ route, times: 2, does: { kind: 'rate-limit', retryAfterSeconds: 0.2 } })
    const member = await (await bot.guilds.fetch(ids(at).guild('ttfd'))).members.fetch(ids(at).user('mira'))
    await member.roles.set([ids(at).role('tier-f')])
    const calls = at.control.requests().filter((one) => one.method === 'PATCH')
    expect(calls.map((one) => one.status)).toEqual([429, 429, 200])
    calls.slice(1).forEach((one, index) => {
      expect(one.startedAt - (calls[index]?.endedAt ?? 0)).toBeGreaterThanOrEqual(190)
    })
  })

  it('too many refused requests ban the client; shared limits are not held against it', async () => {
    const at = await sandbox({ invalidRequestsMax: 3 })
    at.control.trouble.request({
      path: /^\/gateway$/,
      does: { kind: 'rate-limit', retryAfterSeconds: 0, scope: 'shared' },
    })
    for (let n = 0; n < 5; n++) await rest(at, 'GET', '/gateway')
    expect(at.control.invalidRequests.inWindow).toBe(0)
    for (let n = 0; n < 3; n++) await rest(at, 'GET', '/users/@me', undefined, { authorization: 'Bot wrong' })
    const banned = await fetch(`${at.apiUrl}/v10/users/@me`, {
      headers: { authorization: `Bot ${at.token}` },
    })
    expect([banned.status, await banned.text()]).toEqual([429, 'error code: 1015'])
  })
})

describe('doors', () => {
  it('a missing or wrong token is 401 in the documented words', async () => {
    const at = await sandbox()
    const answer = await fetch(`${at.apiUrl}/v10/users/@me`)
    expect([answer.status, await answer.json()]).toEqual([401, { message: '401: Unauthorized', code: 0 }])
  })

  it('listens on loopback only and answers no other host name', async () => {
    const at = await sandbox()
    expect(new URL(at.url).hostname).toBe('127.0.0.1')
    const { request } = await import('node:http')
    const status = await new Promise((resolve, reject) => {
      const call = request(`${at.apiUrl}/gateway`, { headers: { host: 'evil.example' } }, (response) =>
        resolve(response.statusCode),
      )
      call.on('error', reject)
      call.end()
    })
    expect(status).toBe(421)
  })

  it('encoded paths mean the same', async () => {
    const at = await sandbox()
    expect((await rest(at, 'GET', '/users/%40me')).body.id).toBe(at.clientId)
  })
})

describe('misbehaviour', () => {
  const path = (at: Awaited<ReturnType<typeof sandbox>>) =>
    `/guilds/${ids(at).guild('ttfd')}/members/${ids(at).user('kate')}`
  const roles = (at: Awaited<ReturnType<typeof sandbox>>) => [
    ...at.control.find.member(at.control.find.guild('ttfd'), ids(at).user('kate')).roles,
  ]

  it('an answer can be lost after the effect, or before it', async () => {
    const at = await sandbox()
    const body = { roles: [ids(at).role('tier-f')] }
    at.control.trouble.request({ method: 'PATCH', times: 1, does: { kind: 'lose-before' } })
    await expect(rest(at, 'PATCH', path(at), body)).rejects.toThrow()
    expect(roles(at)).toEqual([])
    at.control.trouble.request({ method: 'PATCH', times: 1, does: { kind: 'lose-after' } })
    await expect(rest(at, 'PATCH', path(at), body)).rejects.toThrow()
    expect(roles(at)).toEqual(body.roles)
    const lost = at.control.requests().filter((one) => one.status === null)
    expect(lost.map((one) => [one.trouble, one.effective])).toEqual([
      ['lose-before', false],
      ['lose-after', true],
    ])
  })

  it('discord.js gives up on lasting 5xx and gets through a passing one', async () => {
    const at = await sandbox()
    const bot = await readyClient(at)
    const member = await (await bot.guilds.fetch(ids(at).guild('ttfd'))).members.fetch(ids(at).user('kate'))
    const rule = at.control.trouble.request({
      method: 'PATCH',
      times: 2,
      does: { kind: 'status', status: 502 },
    })
    await member.roles.set([ids(at).role('tier-e')])
    expect(rule.struck()).toBe(2)
    at.control.trouble.request({ method: 'PATCH', does: { kind: 'status', status: 500 } })
    await expect(member.roles.set([])).rejects.not.toBeInstanceOf(DiscordAPIError)
    expect(roles(at)).toEqual([ids(at).role('tier-e')])
  })

  it('chance is repeatable by its seed', async () => {
    const run = async (seed: number): Promise<(number | null)[]> => {
      const at = await sandbox({ seed })
      at.control.trouble.request({ probability: 0.3, does: { kind: 'status', status: 503 } })
      for (let n = 0; n < 30; n++) await rest(at, 'GET', '/gateway')
      return at.control.requests().map((one) => one.status)
    }
    const [first, again, other] = [await run(7), await run(7), await run(8)]
    expect(first).toEqual(again)
    expect(first).not.toEqual(other)
    expect(first.filter((one) => one === 503).length).toBeGreaterThan(2)
  })

  it('waiting for a request finds past ones too, and remembers no secret', async () => {
    const at = await sandbox()
    await rest(at, 'GET', '/gateway/bot')
    const seen = await at.control.waitForRequest((one) => one.path === '/gateway/bot')
    expect([seen.route, seen.status]).toEqual(['/gateway/bot', 200])
    expect(JSON.stringify(at.control.requests())).not.toContain(at.token)
    await expect(
      at.control.waitForRequest(() => true, { since: at.control.mark, timeoutMs: 30 }),
    ).rejects.toThrow('in vain')
  })
})
