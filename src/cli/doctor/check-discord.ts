import { z } from 'zod'
import type { Config } from '../../config/config.js'
import { type Finding, fail, ok, warn } from '../../core/doctor/finding.js'
import { askPlatform } from './ask-platform.js'

const API_BASE = 'https://discord.com/api'
const ME = z.object({ username: z.string() })
const GUILDS = z.array(z.object({ id: z.string() }))
const APPLICATION = z.object({ flags: z.number().optional() })

/** Application flags: allowed for many guilds, or by the switch on the page of a small application. */
const INTENTS = { 'Server Members': (1 << 14) | (1 << 15), 'Message Content': (1 << 18) | (1 << 19) }

export type DiscordFacts = { findings: Finding[]; guildIds: string[] }

/**
 * Whether Discord knows the token and allows what the bot asks for (else its gateway closes with 4014), and in which
 * guilds the bot is.
 */
export async function checkDiscord({
  discord,
  sandbox,
}: Pick<Config, 'discord' | 'sandbox'>): Promise<DiscordFacts> {
  if (sandbox.on) return { findings: [ok('discord_sandbox')], guildIds: [] }
  if (discord.token === null) return { findings: [ok('discord_off')], guildIds: [] }
  const base = `${discord.apiBase ?? API_BASE}/v10`
  const headers = { authorization: `Bot ${discord.token}` }
  const me = await askPlatform(`${base}/users/@me`, ME, headers)
  if (me.status === 'refused') return { findings: [fail('discord_token_wrong')], guildIds: [] }
  if (me.status === 'silent')
    return { findings: [warn('discord_silent', { reason: me.reason })], guildIds: [] }
  const application = await askPlatform(`${base}/applications/@me`, APPLICATION, headers)
  const flags = application.status === 'ok' ? application.body.flags : undefined
  const missing = Object.entries(INTENTS)
    .filter(([, bits]) => flags !== undefined && (flags & bits) === 0)
    .map(([name]) => fail('discord_intent_missing', { intent: name }))
  const guilds = await askPlatform(`${base}/users/@me/guilds`, GUILDS, headers)
  return {
    findings: [ok('discord_ok', { username: me.body.username }), ...missing],
    guildIds: guilds.status === 'ok' ? guilds.body.map((guild) => guild.id) : [],
  }
}
