import { z } from 'zod'
import type { WebsiteRecord } from '../records.js'
import type { OldFields } from './old-fields.js'
import { isDiscordId } from './old-id.js'

const KNOWN = new Set([
  'id',
  'email',
  'username',
  'password',
  'display_name',
  'discord_id',
  'created_at',
  'last_active',
  'last_login',
])
/** Domains that name no mailbox: the old site's for people from Discord, and ours for the same (safety.md, *E-mail*). */
const RESERVED = /@(?:discord\.user|discord\.invalid|telegram\.invalid)$/
const FROM_DISCORD = /^(\d{15,20})@discord\.user$/
const EMAIL_MAX = 254

export function websiteRecord(fields: OldFields): WebsiteRecord {
  const { email, discordId, isReserved } = emailOf(fields)
  return {
    source: 'website',
    id: fields.id,
    username: fields.username(),
    displayName: fields.name('display_name'),
    email,
    passwordSha256: isReserved ? null : passwordOf(fields),
    claimsDiscordId: claimOf(fields, discordId),
    createdAt: fields.time('created_at'),
    lastActive: fields.time('last_active', 'last_login'),
    rest: fields.rest(KNOWN),
  }
}

function emailOf(fields: OldFields): { email: string | null; discordId: string | null; isReserved: boolean } {
  const none = { email: null, discordId: null, isReserved: false }
  const text = fields.text('email')?.trim().toLowerCase() ?? ''
  if (text === '' || text === 'none') return none
  if (RESERVED.test(text)) {
    const id = FROM_DISCORD.exec(text)?.[1] ?? null
    const discordId = id !== null && isDiscordId(id) ? id : null
    if (discordId === null) fields.reject('email', 'reserved_email', text)
    return { email: null, discordId, isReserved: true }
  }
  if (text.length > EMAIL_MAX || !z.regexes.email.test(text)) {
    fields.reject('email', 'bad_email', text)
    return none
  }
  return { ...none, email: text }
}

/** Two claims of one record that contradict each other are none: whom would one ask? */
function claimOf(fields: OldFields, fromEmail: string | null): string | null {
  const typed = fields.link('discord_id', isDiscordId)
  if (typed === null || fromEmail === null || typed === fromEmail) return typed ?? fromEmail
  return fields.reject('discord_id', 'links_differ', `${typed} / ${fromEmail}`)
}

/** The old site kept a hash; whatever else stands there could be the password itself and is shown to nobody. */
function passwordOf(fields: OldFields): string | null {
  const value = fields.raw.password
  if (value === null || value === undefined || value === '') return null
  if (typeof value === 'string' && /^[0-9a-f]{64}$/i.test(value)) return value.toLowerCase()
  return fields.reject('password', 'not_a_hash', '***')
}
