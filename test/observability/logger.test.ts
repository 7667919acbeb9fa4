import { DiscordAPIError } from 'discord.js'
import { Api, BotError, type Context, GrammyError, HttpError } from 'grammy'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { createLogger, type Logger } from '../../src/observability/logger.js'

const TELEGRAM_TOKEN = '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw'
const DISCORD_TOKEN = ['MTk4NjIyNDgzNDcxOTI1MjQ4', 'Cl2FMQ', 'ZnCjm1XVW7vRze4b7Cq4se7kKWs'].join('.')
/** A port that programs are not given. */
const NOBODY = 'http://127.0.0.1:1'
const FORMATS = ['pretty', 'json'] as const

function capture(format: (typeof FORMATS)[number], secrets: string[] = []) {
  const lines: string[] = []
  const log = createLogger({
    level: 'trace',
    format,
    secrets,
    destination: { write: (line) => lines.push(line) },
  })
  return { log, lines, text: () => lines.join('') }
}

/** Logs something in every way the program does. */
function everyWay(log: Logger, secretText: string, error: Error) {
  log.info(secretText)
  log.info({ deep: { er: [{ text: secretText }] } }, 'told')
  log.child({ part: secretText }).warn({ [secretText]: 1 }, 'child')
  log.error(error)
  log.error({ err: error }, 'failed')
  log.error({ reason: { error } }, `failed: ${error.message}`)
  log.error({ stack: error.stack, err: new Error('outer', { cause: error }) }, 'failed')
  log.error(new AggregateError([error], 'several'))
}

describe.each(FORMATS)('the log as %s never shows', (format) => {
  const secretsInText: [string, string, string][] = [
    ['a bot token in a URL', TELEGRAM_TOKEN, `https://api.telegram.org/bot${TELEGRAM_TOKEN}/getMe`],
    ['a bot token in an encoded URL', 'AAHdqTcvCH1', `/bot110201543%3AAAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/x`],
    ['a short made-up token', 'shortie', 'https://127.0.0.1:1/bot12:shortie/getMe'],
    ['a bare bot token', TELEGRAM_TOKEN, `token ${TELEGRAM_TOKEN} refused`],
    ['a Discord token', DISCORD_TOKEN, `logging in with ${DISCORD_TOKEN}`],
    ['a database password', 's3cr3t', 'cannot reach postgresql://ttfd:s3cr3t@db.local:5432/ttfd'],
    ['a password pasted unencoded', 'p@ss/w0rd', 'postgres://ttfd:p@ss/w0rd@db.local/ttfd'],
    ['a keyword password', 's3cr3t', 'host=db user=ttfd password=s3cr3t'],
    ['an Authorization header', 'c2VjcmV0LXZhbHVl', 'Authorization: Bearer c2VjcmV0LXZhbHVl'],
    ['a bearer token alone', 'ttfd_k_1234567890abcdef', 'sent Bearer ttfd_k_1234567890abcdef'],
    ['cookies', 'abc123', 'Cookie: ttfd.session=abc123; other=abc123'],
    ['new cookies', 'abc123', 'set-cookie: ttfd.session=abc123; HttpOnly'],
    ['an OAuth answer', 'S0me-Code', '/auth/discord/callback?code=S0me-Code&state=S0me-Code'],
    ['a link code', 'K7WQ-3MXZ', 'the code: K7WQ-3MXZ was typed'],
    ['a deep link', 'Zm9vYmFyYmF6cXV4MTIzNA', '/start link_Zm9vYmFyYmF6cXV4MTIzNA'],
    ['a sign-in link', 'Zm9vYmFyYmF6cXV4MTIzNA', 'https://x/login/tg/Zm9vYmFyYmF6cXV4MTIzNA'],
    ['an interaction token', 'aW50ZXJhY3Rpb246MTIz', '/interactions/123/aW50ZXJhY3Rpb246MTIz/callback'],
  ]
  test.each(secretsInText)('%s', (_, secret, text) => {
    const { log, text: written } = capture(format)
    everyWay(log, text, new Error(text))
    expect(written()).not.toContain(secret)
    expect(written()).toContain('[hidden]')
  })

  test('fields whose name says that they are secret, however they look', () => {
    const { log, text } = capture(format)
    const headers = { authorization: 'plain-1', cookie: 'plain-2', 'set-cookie': ['plain-3'] }
    log.info({ req: { headers }, config: { botToken: 'plain-4', password: 'plain-5', linkCode: 'plain-6' } })
    expect(text()).not.toMatch(/plain-\d/)
  })

  test('the exact secrets of this run, also when encoded', () => {
    const { log, text } = capture(format, ['my own/secret'])
    everyWay(log, 'x my own/secret y my%20own%2Fsecret z', new Error('my own/secret'))
    expect(text()).not.toMatch(/my own\/secret|my%20own/)
  })

  test("grammY's HttpError with the token in the URL below it", async () => {
    const api = new Api(TELEGRAM_TOKEN, { apiRoot: NOBODY })
    const error = await api.getMe().catch((caught) => caught)
    expect(error).toBeInstanceOf(HttpError)
    const { log, text } = capture(format)
    everyWay(log, 'nothing', error)
    expect(text()).not.toContain('AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw')
    expect(text()).toContain('ECONNREFUSED')
  })

  test("grammY's errors with a member's words in them", () => {
    const payload = { chat_id: 1, text: 'a private word' }
    const refused = { ok: false as const, error_code: 403, description: 'Forbidden: bot was blocked' }
    const error = new GrammyError('Call failed', refused, 'sendMessage', payload)
    const context = { message: payload, api: { token: TELEGRAM_TOKEN } } as unknown as Context
    const { log, text } = capture(format)
    everyWay(log, 'nothing', error)
    everyWay(log, 'nothing', new BotError(error, context))
    expect(text()).not.toContain('a private word')
    expect(text()).toContain('403')
  })

  test('an error of pg, with the password of its address', async () => {
    const url = 'postgres://ttfd:s3cr3t-word@127.0.0.1:1/ttfd'
    const client = new pg.Client({ connectionString: url })
    const error = await client.connect().catch((caught) => caught)
    const { log, text } = capture(format)
    everyWay(log, url, error)
    log.error({ client: { connectionParameters: { password: 's3cr3t-word' } } })
    expect(text()).not.toContain('s3cr3t-word')
    expect(text()).toContain('ECONNREFUSED')
  })

  test("an error of discord.js with the request's body and the token in its URL", () => {
    const url = 'https://discord.com/api/v10/webhooks/1/aW50ZXJhY3Rpb246MTIz/messages/@original'
    const error = new DiscordAPIError(
      { code: 50013, message: 'Missing Permissions' },
      50013,
      403,
      'PATCH',
      url,
      {
        body: { content: 'a private word' },
        files: [],
      },
    )
    const { log, text } = capture(format)
    everyWay(log, 'nothing', error)
    expect(text()).not.toMatch(/a private word|aW50ZXJhY3Rpb246MTIz/)
    expect(text()).toContain('50013')
  })
})

describe('the log stays readable', () => {
  test('an error code is a fact, not a secret', () => {
    const { log, text } = capture('json')
    log.error({ err: Object.assign(new Error('no'), { code: '57P01' }), token: null, secret: false })
    expect(JSON.parse(text())).toMatchObject({ err: { code: '57P01' }, token: null, secret: false })
  })

  test('one event is one line, though names hold line breaks and terminal codes', () => {
    const { log, lines } = capture('pretty')
    log.info({ name: 'a\nINFO forged\u001b[2J' }, 'hello\nthere')
    log.error(new Error('first\nsecond'))
    expect(lines).toHaveLength(2)
    for (const line of lines) expect(visibleBreaks(line.trimEnd())).toBe(0)
  })

  test('a part, a message and its facts read from left to right', () => {
    const { log, text } = capture('pretty')
    log.child({ part: 'telegram' }).warn({ group: '-100', count: 2 }, 'pays nothing here')
    expect(text()).toMatch(/^(\d\d:\d\d:\d\d )?WARN {2}telegram: pays nothing here group=-100 count=2\n$/)
  })

  test('an error shows its cause and where it happened', () => {
    const { log, text } = capture('pretty')
    log.error(new Error('outer', { cause: new RangeError('inner') }), 'the round failed')
    expect(text()).toMatch(/the round failed \(Error: outer <- RangeError: inner <- at .*logger\.test\.ts/)
  })

  test('JSON has level, time, message and fields by name', () => {
    const { log, text } = capture('json')
    log.child({ platform: 'discord', accountId: 7 }).info({ n: 1 }, 'hello')
    expect(JSON.parse(text())).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      pid: process.pid,
      platform: 'discord',
      accountId: 7,
      n: 1,
      msg: 'hello',
    })
  })

  test('a hostile text of a megabyte does not hold the program up', { timeout: 120_000 }, () => {
    const { log, lines } = capture('json')
    const began = process.cpuUsage()
    for (const piece of ['a', 'a://', 'cookie=', 'a.', 'bot1', 'Bearer ', 'password '])
      log.info(piece.repeat(1_000_000 / piece.length))
    expect(lines).toHaveLength(7)
    // Work, not time: others may have the machine meanwhile. What looks at each piece again for every other takes days.
    expect(process.cpuUsage(began).user / 1000).toBeLessThan(5_000)
  })
})

function visibleBreaks(line: string): number {
  return [...line].filter((char) => char === '\n' || char === '\u001b').length
}
