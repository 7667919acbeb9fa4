import { scryptSync } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createPasswords } from '../../src/app/auth/passwords.js'
import { createMailer } from '../../src/app/mail/mailer.js'
import { composeMessage } from '../../src/app/mail/message.js'
import { readSmtpUrl, smtpSender } from '../../src/app/mail/smtp.js'
import { readDevice } from '../../src/core/website/device.js'
import { isReservedEmail, maskEmail, maskName } from '../../src/core/website/placeholder-email.js'
import { packMaker, readMaker } from '../../src/core/website/session-maker.js'
import { drawChoices, drawToken, isToken, numberFor } from '../../src/core/website/sign-in-token.js'
import { judgeTry, PASSWORD_TRIES } from '../../src/core/website/sign-in-tries.js'
import { safeNext } from '../../src/platforms/web/auth/safe-next.js'
import { QUICK_HASHES } from './support/site.js'
import { startSmtpSink } from './support/smtp-sink.js'

const random = (n: number) => Math.floor(Math.random() * n)

describe('passwords', () => {
  test('a hash fits its password alone, and two hashes of one password differ', async () => {
    const { hash, verify } = createPasswords()
    const [one, two] = await Promise.all([hash('семь длинных слов'), hash('семь длинных слов')])
    expect(one).not.toBe(two)
    expect(await verify({ hash: one, password: 'семь длинных слов' })).toBe(true)
    expect(await verify({ hash: one, password: 'семь длинных слов ' })).toBe(false)
    for (const broken of ['', 'scrypt', 'scrypt::', 'sha256:', 'sha256:zz', 'plain']) {
      expect(await verify({ hash: broken, password: '' }), broken).toBe(false)
    }
  })

  test('costs a guesser 32 MB and a good while', async () => {
    const made = await createPasswords().hash('семь длинных слов')
    const [, salt = '', key] = made.split(':')
    const cost = { N: 16_384, r: 16, p: 1, maxmem: 2 ** 26 }
    const again = scryptSync('семь длинных слов', Buffer.from(salt, 'base64url'), 64, cost)
    expect(key).toBe(again.toString('base64url'))
  })

  test('one in composed and one in decomposed letters are the same', async () => {
    const { hash, verify } = createPasswords()
    expect(
      await verify({
        hash: await hash('ёжик в тумане'.normalize('NFC')),
        password: 'ёжик в тумане'.normalize('NFD'),
      }),
    ).toBe(true)
  })

  test('who comes when too many wait is sent away at once', async () => {
    const { hash } = createPasswords(QUICK_HASHES)
    const all = await Promise.allSettled(Array.from({ length: 80 }, () => hash('x'.repeat(8))))
    const refused = all.filter(({ status }) => status === 'rejected')
    expect(refused).toHaveLength(12)
  })
})

describe('tries', () => {
  const at = (seconds: number) => new Date(1_700_000_000_000 + seconds * 1000)

  test('the wait never shrinks while tries pile up, and ends with the window', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(900), { maxLength: 14 }), (gaps) => {
        let now = 0
        const times = gaps.map((gap) => {
          now += gap
          return at(now)
        })
        const verdict = judgeTry(times, at(now), PASSWORD_TRIES)
        if (verdict.status === 'wait') {
          expect(verdict.seconds).toBeGreaterThan(0)
          expect(verdict.seconds).toBeLessThanOrEqual(PASSWORD_TRIES.windowSeconds)
          expect(judgeTry(times, at(now + verdict.seconds), PASSWORD_TRIES)).toEqual({ status: 'allowed' })
        }
        expect(judgeTry(times, at(now + 901), PASSWORD_TRIES)).toEqual({ status: 'allowed' })
      }),
    )
  })

  test('no window of a quarter of an hour holds more than ten', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(120), { minLength: 30, maxLength: 200 }), (gaps) => {
        let now = 0
        const taken: Date[] = []
        for (const gap of gaps) {
          now += gap
          if (judgeTry(taken, at(now), PASSWORD_TRIES).status === 'allowed') taken.push(at(now))
        }
        for (const [index, first] of taken.entries()) {
          const eleventh = taken[index + 10]
          if (eleventh) expect(eleventh.getTime() - first.getTime()).toBeGreaterThanOrEqual(900_000)
        }
      }),
    )
  })
})

describe('words about people and things', () => {
  test('a path to go on to is one of this site, whatever is asked', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((text) => `/${text}`),
        ),
        (raw) => {
          const next = safeNext(raw)
          if (next === null) return
          expect(new URL(next, 'https://ttfd.example').origin).toBe('https://ttfd.example')
          expect(new URL(next, 'https://ttfd.example').pathname).not.toContain('//')
        },
      ),
      { numRuns: 2_000 },
    )
  })

  test('makers of sessions are read as they were written', () => {
    for (const maker of [
      { by: 'discord', id: '1' },
      { by: 'website', id: 'a:b@x.org' },
      { by: 'operator', accountId: 7 },
    ] as const) {
      expect(readMaker(packMaker(maker))).toEqual(maker)
    }
    expect(() => readMaker('admin:1')).toThrow()
  })

  test('strangers see a name and an address masked', () => {
    expect(maskName('Владимир')).toBe('В***р')
    expect(maskName('👩‍👩‍👧Ян')).toBe('👩‍👩‍👧***')
    expect(maskEmail('nina@example.org')).toBe('n***@example.org')
    expect(isReservedEmail('a@discord.invalid ')).toBe(true)
    expect(isReservedEmail('a@discord.user.example.org')).toBe(false)
  })

  test.each([
    [
      'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140 YaBrowser/25 Safari/537.36',
      'Yandex',
      'Windows',
    ],
    [
      'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140 Mobile Safari/537.36',
      'Chrome',
      'Android',
    ],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/18.5 Safari/605', 'Safari', 'macOS'],
    ['Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537.36 Edg/140', 'Edge', 'Windows'],
    ['<script>alert(1)</script>', null, null],
    ['', null, null],
  ])('%s is a device', (text, browser, os) => {
    expect(readDevice(text)).toEqual({ browser, os })
  })

  test('tokens and numbers', () => {
    const token = drawToken(random)
    expect(isToken(token)).toBe(true)
    const number = numberFor(token, 'seed', 'key')
    expect(number).toBeGreaterThanOrEqual(10)
    expect(number).toBeLessThan(100)
    expect(numberFor(token, 'seed', 'key')).toBe(number)
    const others = new Set(Array.from({ length: 50 }, (_, n) => numberFor(token, `seed${n}`, 'key')))
    expect(others.size).toBeGreaterThan(10)
    for (let n = 0; n < 50; n++) {
      const choices = drawChoices(number, random)
      expect(new Set(choices).size).toBe(3)
      expect(choices).toContain(number)
    }
    // Also where the source gives the same again and again.
    for (const stuck of [0, 6, 80]) expect(new Set(drawChoices(16, () => stuck)).size).toBe(3)
  })
})

describe('letters', () => {
  const letter = {
    to: 'nina@example.org',
    subject: 'Подтверди почту для ttfd.example, пожалуйста, скорее',
    text: 'Привет!\n.\n..точка\n',
  }

  test('arrive as they were written, dots, Cyrillic and long subjects included', async () => {
    const sink = await startSmtpSink()
    await smtpSender(readSmtpUrl(`smtp://127.0.0.1:${sink.port}`, 'https://ttfd.example'))(letter)
    const came = await sink.letter(1)
    expect(came).toMatchObject({ from: 'no-reply@ttfd.example', to: [letter.to], subject: letter.subject })
    expect(came.text).toBe(letter.text.replaceAll('\n', '\r\n'))
    for (const line of came.raw.split('\r\n')) expect(line.length).toBeLessThan(200)
  })

  test('the password of SMTP_URL is used, and a wrong one is said without showing it', async () => {
    const sink = await startSmtpSink({ login: { user: 'bot@x', password: 'p@ss:word' } })
    const at = (password: string) =>
      readSmtpUrl(
        `smtp://bot%40x:${encodeURIComponent(password)}@127.0.0.1:${sink.port}?from=${encodeURIComponent('Наш сайт <hi@ttfd.example>')}`,
        'https://x.example',
      )
    await smtpSender(at('p@ss:word'))(letter)
    const came = await sink.letter(1)
    expect(came.from).toBe('hi@ttfd.example')
    expect(came.raw).toContain(Buffer.from('Наш сайт').toString('base64'))
    const refused = smtpSender(at('wrong'))(letter)
    await expect(refused).rejects.toThrow('535')
    await expect(refused).rejects.not.toThrow('wrong')
  })

  test('a password never goes in clear over the network', async () => {
    const server = readSmtpUrl('smtp://u:p@127.0.0.1:1', 'https://x.example')
    const sink = await startSmtpSink({ login: { user: 'u', password: 'p' } })
    // The same server by a name that is not this machine's.
    const send = smtpSender({ ...server, port: sink.port, host: 'localhost.localdomain' })
    await send(letter).catch(() => {})
    expect(sink.commands.join('\n')).not.toContain('AUTH')
  })

  test.each(['a@b.org\r\nRCPT TO:<x@y.org>', 'a@b.org>', '<a@b.org', 'a b@c.org', '', 'a@b.org\u0000'])(
    'an address that is none is never spoken: %j',
    async (to) => {
      const sink = await startSmtpSink()
      const send = smtpSender(readSmtpUrl(`smtp://127.0.0.1:${sink.port}`, 'https://ttfd.example'))
      await expect(send({ ...letter, to })).rejects.toThrow('not a mail address')
      expect(sink.commands).toEqual([])
    },
  )

  test('a subject cannot end its line', () => {
    const message = composeMessage(
      { ...letter, subject: 'a\r\nBcc: x@y.org' },
      { from: { address: 'a@b.org', name: 'x\r\ny' }, now: new Date() },
    )
    expect(message).not.toMatch(/^Bcc:/m)
    expect(message).not.toMatch(/^y/m)
  })

  test('posting returns at once; a letter that fails is tried again and then given up, without its address in the log', async () => {
    const warned: string[] = []
    let tries = 0
    const mailer = createMailer(
      async () => {
        tries += 1
        throw new Error('no')
      },
      { warn: (facts, message) => warned.push(message + JSON.stringify(facts)) },
    )
    mailer.post(letter)
    expect(warned).toEqual([])
    await mailer.close()
    expect(tries).toBe(3)
    expect(warned.join()).not.toContain('nina')
  })

  test('a server that says nothing, or nonsense, or hangs up, is an error', async () => {
    const server = createServer((socket) => socket.end('hello\r\n'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const send = smtpSender(readSmtpUrl(`smtp://127.0.0.1:${port}`, 'https://ttfd.example'))
    await expect(send(letter)).rejects.toThrow('closed the connection')
  })
})
