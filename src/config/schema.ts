import { z } from 'zod'
import {
  FieldError,
  field,
  httpUrl,
  isAddressOrRange,
  isTimeZone,
  list,
  matching,
  number,
  oneOf,
  onOff,
  ownSecret,
  secretUrl,
} from './fields.js'

const SECRET_LENGTH_MIN = 32
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

/** Every variable the program reads (design: "Environment"), each judged by itself. */
export const ENVIRONMENT = z.object({
  DATABASE_URL: secretUrl(/^postgres(ql)?:$/, 'not_a_database_url'),
  DATA_DIR: field('./data', (text) => text),
  HOST: field('127.0.0.1', (text) => text),
  // 0 takes any free port, for tests.
  PORT: number(3000, { min: 0, max: 65_535 }),
  PUBLIC_URL: httpUrl({ siteRoot: true }),
  TRUST_PROXY: list(isAddressOrRange, 'not_an_address_list'),
  SESSION_SECRET: ownSecret(SECRET_LENGTH_MIN),
  ID_HASH_KEY: ownSecret(SECRET_LENGTH_MIN),
  TELEGRAM_BOT_TOKEN: matching(/^\d+:[\w-]+$/, 'not_a_telegram_token'),
  TELEGRAM_API_ROOT: httpUrl(),
  TELEGRAM_WEBHOOK_URL: httpUrl(),
  TELEGRAM_WEBHOOK_SECRET: matching(/^[\w-]{1,256}$/, 'not_a_webhook_secret'),
  TELEGRAM_GROUP_IDS: list((item) => /^-\d{1,20}$/.test(item), 'not_a_group_list'),
  DISCORD_TOKEN: matching(/^[^\s:]+$/, 'not_a_discord_token'),
  DISCORD_CLIENT_ID: matching(/^\d{1,20}$/, 'not_an_id'),
  DISCORD_CLIENT_SECRET: matching(/^\S+$/, 'not_a_discord_token'),
  DISCORD_GUILD_ID: list((item) => /^\d{1,20}$/.test(item), 'not_a_guild_list'),
  DISCORD_API_BASE: httpUrl(),
  DISCORD_REDIRECT_URI: httpUrl(),
  SYNC_POLL_SECONDS: number(5, { min: 0.1, max: 3_600, whole: false }),
  PAY: onOff(true),
  COMMUNITY_TIME_ZONE: field('Europe/Moscow', (text) => {
    if (!isTimeZone(text)) throw new FieldError('not_a_time_zone', { value: text })
    return text
  }),
  ADMIN_ACCOUNTS: list((item) => /^(discord|telegram):\d{1,20}$/.test(item), 'not_an_admin_list'),
  SMTP_URL: secretUrl(/^smtps?:$/, 'not_a_mail_url'),
  OPEN_REGISTRATION: onOff(false),
  LOG_LEVEL: oneOf('info', LOG_LEVELS),
  LOG_FORMAT: oneOf('pretty', ['pretty', 'json']),
  SANDBOX: oneOf('auto', ['auto', 'on', 'off']),
  SSE_PER_ADDRESS: number(20, { min: 0, max: 1_000_000 }),
  SIGNIN_PER_MINUTE: number(20, { min: 0, max: 1_000_000 }),
})

/** The variables, read and judged. */
export type Environment = z.output<typeof ENVIRONMENT>
export type Variable = keyof Environment
