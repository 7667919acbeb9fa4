import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Config } from '../../src/config/config.js'
import { loadConfig } from '../../src/config/load-config.js'
import { describeProblem, PROBLEM_CODES } from '../../src/config/problems.js'
import { LOCALES, translator } from '../../src/i18n/translate.js'

function folder(envFile?: string): string {
  const cwd = mkdtempSync(join(tmpdir(), 'ttfd-config-'))
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }))
  if (envFile !== undefined) writeFileSync(join(cwd, '.env'), envFile)
  return cwd
}

function good(env: Record<string, string>, cwd = folder()): Config {
  const loaded = loadConfig(env, { cwd })
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems))
  return loaded.config
}

function wrong(env: Record<string, string>): string[] {
  const loaded = loadConfig(env, { cwd: folder() })
  return 'problems' in loaded ? loaded.problems.map(({ variable, code }) => `${variable}: ${code}`) : []
}

describe('without any variable', () => {
  test('the defaults hold', () => {
    const cwd = folder()
    expect(good({}, cwd)).toEqual({
      database: { kind: 'embedded', dataDir: join(cwd, 'data/sandbox') },
      dataDir: join(cwd, 'data/sandbox'),
      rootDataDir: join(cwd, 'data'),
      sandbox: { on: true, why: 'nothing_real_set', by: null, mode: 'auto' },
      http: {
        host: '127.0.0.1',
        port: 3000,
        publicUrl: 'http://localhost:3000',
        publicUrlIsSet: false,
        trustProxy: [],
        ssePerAddress: 20,
        signinPerMinute: 20,
      },
      telegram: { token: null, apiRoot: null, webhook: null, groupIds: [] },
      discord: {
        token: null,
        clientId: null,
        clientSecret: null,
        guildIds: [],
        apiBase: null,
        redirectUri: 'http://localhost:3000/auth/discord/callback',
      },
      sync: { pollSeconds: 5 },
      pay: true,
      timeZone: 'Europe/Moscow',
      admins: [],
      mail: { smtpUrl: null, openRegistration: false },
      log: { level: 'info', format: 'pretty' },
      given: { sessionSecret: null, idHashKey: null },
    })
  })

  test('an empty or blank variable counts as unset', () => {
    expect(good({ DATABASE_URL: '', TELEGRAM_BOT_TOKEN: ' ', PORT: '' }).http.port).toBe(3000)
  })
})

describe('.env', () => {
  test('is read from the current folder, and the real environment wins over it', () => {
    const cwd = folder('PORT=4000\nCOMMUNITY_TIME_ZONE="Asia/Omsk" # comment\nexport PAY=off\n')
    const config = good({ PORT: '5000' }, cwd)
    expect(config.http.port).toBe(5000)
    expect(config.timeZone).toBe('Asia/Omsk')
    expect(config.pay).toBe(false)
  })

  test('is outvoted even by an empty variable, which unsets', () => {
    const cwd = folder('DATABASE_URL=postgres://u:p@127.0.0.1/x\n')
    expect(good({ DATABASE_URL: '' }, cwd).database.kind).toBe('embedded')
  })

  test('that cannot be read is a problem by itself', () => {
    const cwd = folder()
    mkdirSync(join(cwd, '.env'))
    expect(loadConfig({}, { cwd })).toMatchObject({ problems: [{ code: 'env_file_unreadable' }] })
  })
})

describe('what is wrong', () => {
  test('is listed all at once, contradictions included', () => {
    expect(
      wrong({
        DATABASE_URL: 'mysql://x',
        PORT: '99999',
        PUBLIC_URL: 'https://ttfd.example/path',
        TRUST_PROXY: '10.0.0.0/8, 1.2.3.4/40, localhost',
        SESSION_SECRET: 'short',
        ID_HASH_KEY: 'short',
        TELEGRAM_BOT_TOKEN: 'not-a-token',
        TELEGRAM_API_ROOT: 'telegram.org',
        TELEGRAM_WEBHOOK_URL: 'http://ttfd.example/hook',
        TELEGRAM_WEBHOOK_SECRET: 'with blanks',
        TELEGRAM_GROUP_IDS: '1001',
        DISCORD_TOKEN: 'Bot abc',
        DISCORD_CLIENT_SECRET: 'x',
        DISCORD_GUILD_ID: 'my-guild',
        SYNC_POLL_SECONDS: '0',
        PAY: 'maybe',
        COMMUNITY_TIME_ZONE: 'Moscow',
        ADMIN_ACCOUNTS: 'vasya',
        SMTP_URL: 'http://mail',
        LOG_LEVEL: 'loud',
        LOG_FORMAT: 'xml',
        SANDBOX: 'perhaps',
        SSE_PER_ADDRESS: '-1',
      }),
    ).toEqual([
      'DATABASE_URL: not_a_database_url',
      'PORT: not_a_number',
      'PUBLIC_URL: not_a_site_root',
      'TRUST_PROXY: not_an_address_list',
      'SESSION_SECRET: too_short',
      'ID_HASH_KEY: too_short',
      'TELEGRAM_BOT_TOKEN: not_a_telegram_token',
      'TELEGRAM_API_ROOT: not_a_url',
      'TELEGRAM_WEBHOOK_SECRET: not_a_webhook_secret',
      'TELEGRAM_GROUP_IDS: not_a_group_list',
      'DISCORD_TOKEN: not_a_discord_token',
      'DISCORD_GUILD_ID: not_a_guild_list',
      'SYNC_POLL_SECONDS: not_a_number',
      'PAY: not_a_switch',
      'COMMUNITY_TIME_ZONE: not_a_time_zone',
      'ADMIN_ACCOUNTS: not_an_admin_list',
      'SMTP_URL: not_a_mail_url',
      'LOG_LEVEL: not_a_choice',
      'LOG_FORMAT: not_a_choice',
      'SANDBOX: not_a_choice',
      'SSE_PER_ADDRESS: not_a_number',
      'DISCORD_CLIENT_ID: client_without_secret',
    ])
  })

  test('never repeats what may hold a secret', () => {
    const secret = 'S3CR3T-value'
    const loaded = loadConfig(
      {
        DATABASE_URL: `mysql://u:${secret}@h/x`,
        SMTP_URL: `http://u:${secret}@mail`,
        TELEGRAM_BOT_TOKEN: secret,
        TELEGRAM_WEBHOOK_SECRET: `${secret} !`,
        DISCORD_TOKEN: `Bot ${secret}`,
        SESSION_SECRET: secret,
        PUBLIC_URL: `https://u:${secret}@h`,
        TELEGRAM_API_ROOT: `https://u:${secret}@h`,
      },
      { cwd: folder() },
    )
    if (!('problems' in loaded)) throw new Error('taken')
    expect(loaded.problems).toHaveLength(8)
    for (const locale of LOCALES)
      expect(
        JSON.stringify(loaded.problems.map((one) => describeProblem(translator(locale), one))),
      ).not.toContain(secret)
  })

  test('has words and a way out in both languages, for every code', () => {
    for (const locale of LOCALES) {
      for (const code of PROBLEM_CODES) {
        const words = describeProblem(translator(locale), { variable: 'X', code, values: {} })
        expect(words.what).not.toContain('wrong.')
        expect(words.mend).not.toContain('mend.')
      }
    }
  })

  test('includes a webhook that anybody could call, that Telegram would not call, and that no bot would hear', () => {
    const token = { TELEGRAM_BOT_TOKEN: '12:abc' }
    const hook = { TELEGRAM_WEBHOOK_URL: 'https://ttfd.example/telegram' }
    const secret = { TELEGRAM_WEBHOOK_SECRET: 'a-secret' }
    expect(wrong({ ...token, ...hook })).toEqual(['TELEGRAM_WEBHOOK_SECRET: webhook_without_secret'])
    expect(wrong({ ...token, ...secret, TELEGRAM_WEBHOOK_URL: 'http://ttfd.example' })).toEqual([
      'TELEGRAM_WEBHOOK_URL: webhook_needs_https',
    ])
    expect(wrong({ ...hook, ...secret })).toEqual(['TELEGRAM_BOT_TOKEN: webhook_without_token'])
    expect(good({ ...token, ...hook, ...secret }).telegram.webhook).toEqual({
      url: 'https://ttfd.example/telegram',
      secret: 'a-secret',
    })
  })

  test('a local Bot API server may call plain http', () => {
    const config = good({
      TELEGRAM_BOT_TOKEN: '12:abc',
      TELEGRAM_API_ROOT: 'http://127.0.0.1:8081/',
      TELEGRAM_WEBHOOK_URL: 'http://127.0.0.1:3000/hook',
      TELEGRAM_WEBHOOK_SECRET: 'x',
    })
    expect(config.telegram.apiRoot).toBe('http://127.0.0.1:8081')
  })
})

describe('the sandbox', () => {
  const decided = (env: Record<string, string>) => {
    const { on, why } = good(env).sandbox
    return `${on ? 'on' : 'off'}: ${why}`
  }

  test('comes by itself only while nothing of the outside world is set', () => {
    expect(decided({})).toBe('on: nothing_real_set')
    expect(decided({ PUBLIC_URL: 'http://localhost:8080' })).toBe('on: nothing_real_set')
    expect(decided({ PUBLIC_URL: 'http://[::1]:8080' })).toBe('on: nothing_real_set')
    expect(decided({ TELEGRAM_API_ROOT: 'http://127.0.0.1:9' })).toBe('on: nothing_real_set')
    expect(decided({ TELEGRAM_BOT_TOKEN: '12:abc' })).toBe('off: real_token_set')
    expect(decided({ DISCORD_TOKEN: 'abc' })).toBe('off: real_token_set')
    expect(decided({ DISCORD_CLIENT_ID: '1', DISCORD_CLIENT_SECRET: 'x' })).toBe('off: real_token_set')
    expect(decided({ DATABASE_URL: 'postgres://127.0.0.1/x' })).toBe('off: database_set')
    expect(decided({ PUBLIC_URL: 'https://ttfd.example' })).toBe('off: public_address_set')
    expect(decided({ PUBLIC_URL: 'http://localhost.example' })).toBe('off: public_address_set')
    expect(decided({ SANDBOX: 'off' })).toBe('off: switched_off')
    expect(decided({ SANDBOX: 'ON', DATABASE_URL: 'postgres://127.0.0.1/x' })).toBe('on: asked_for')
  })

  test('is refused beside a real key, whichever platform it opens', () => {
    for (const key of ['TELEGRAM_BOT_TOKEN', 'DISCORD_TOKEN']) {
      expect(wrong({ SANDBOX: 'on', [key]: key === 'DISCORD_TOKEN' ? 'abc' : '12:abc' })).toEqual([
        'SANDBOX: sandbox_with_real_token',
      ])
    }
  })

  test('keeps its files apart from the real ones', () => {
    expect(good({ DATA_DIR: '/srv/ttfd' }).dataDir).toBe('/srv/ttfd/sandbox')
    expect(good({ DATA_DIR: '/srv/ttfd', SANDBOX: 'off' }).dataDir).toBe('/srv/ttfd')
  })
})

test('lists, addresses and people are taken apart', () => {
  const config = good({
    TRUST_PROXY: '127.0.0.1 10.0.0.0/8,fd00::/8, 10.0.0.0/8',
    TELEGRAM_GROUP_IDS: '-1001,-42',
    DISCORD_GUILD_ID: '123456789012345678',
    ADMIN_ACCOUNTS: 'discord:123456789012345678, telegram:42',
    PUBLIC_URL: 'https://TTFD.example/',
    OPEN_REGISTRATION: '1',
    SYNC_POLL_SECONDS: '0.5',
    SSE_PER_ADDRESS: '0',
  })
  expect(config.http.trustProxy).toEqual(['127.0.0.1', '10.0.0.0/8', 'fd00::/8'])
  expect(config.telegram.groupIds).toEqual(['-1001', '-42'])
  expect(config.discord.guildIds).toEqual(['123456789012345678'])
  expect(config.admins).toEqual([
    { platform: 'discord', id: '123456789012345678' },
    { platform: 'telegram', id: '42' },
  ])
  expect(config.http.publicUrl).toBe('https://ttfd.example')
  expect(config.discord.redirectUri).toBe('https://ttfd.example/auth/discord/callback')
  expect(config.mail.openRegistration).toBe(true)
  expect(config.sync.pollSeconds).toBe(0.5)
  expect(config.http.ssePerAddress).toBe(0)
})
