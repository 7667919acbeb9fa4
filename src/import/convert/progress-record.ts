import type { DiscordRecord, TelegramRecord } from '../records.js'
import { achievementsOf } from './achievements.js'
import type { OldFields } from './old-fields.js'
import { isDiscordId, isTelegramId } from './old-id.js'
import { storable } from './text.js'

/** Fields that have a place of their own in a record; everything else is `rest`. */
const PROGRESS = [
  'id',
  'username',
  'xp',
  'coins',
  'created_at',
  'last_active',
  'last_daily',
  'achievements',
  'games_played',
  'games_won',
]
const MESSAGES = ['messages_sent', 'messages', 'message_count']
const STREAK = ['daily_streak', 'streak']

const TELEGRAM = new Set([
  ...PROGRESS,
  ...MESSAGES,
  ...STREAK,
  'telegram_id',
  'first_name',
  'discord_id',
  'is_banned',
  'ban_reason',
])
const DISCORD = new Set([
  ...PROGRESS,
  ...MESSAGES,
  ...STREAK,
  'display_name',
  'global_name',
  'telegram_id',
  'last_daily_date',
])

export function telegramRecord(fields: OldFields): TelegramRecord {
  return {
    source: 'telegram',
    id: fields.id,
    username: fields.username(),
    displayName: fields.name('first_name'),
    ...progressOf(fields),
    claimsDiscordId: fields.link('discord_id', isDiscordId),
    banned: isYes(fields.raw.is_banned) ? storable(fields.text('ban_reason') ?? '').trim() : null,
    rest: fields.rest(TELEGRAM),
  }
}

export function discordRecord(fields: OldFields): DiscordRecord {
  return {
    source: 'discord',
    id: fields.id,
    username: fields.username(),
    displayName: fields.name('display_name', 'global_name'),
    ...progressOf(fields),
    provesTelegramId: fields.link('telegram_id', isTelegramId),
    rest: fields.rest(DISCORD),
  }
}

function progressOf(fields: OldFields) {
  return {
    xp: fields.balance('xp'),
    coins: fields.balance('coins'),
    gamesPlayed: fields.count('games_played'),
    gamesWon: fields.count('games_won'),
    messages: fields.count(...MESSAGES),
    streak: fields.count(...STREAK),
    createdAt: fields.time('created_at'),
    lastActive: fields.time('last_active'),
    lastDaily: fields.time('last_daily', 'last_daily_date'),
    achievements: achievementsOf(fields),
  }
}

function isYes(value: unknown): boolean {
  return value === true || /^(?:1|t|true|yes)$/i.test(String(value ?? ''))
}
