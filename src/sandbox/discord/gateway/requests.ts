import { INTENT } from '../model/intents.js'
import { setVoice } from '../model/members.js'
import { guildCreatePayload, memberPayload, userPayload } from '../model/payloads.js'
import { shardOfGuild } from '../model/snowflake.js'
import type { Guild, Json, Member } from '../model/types.js'
import type { World } from '../model/world.js'
import { OP } from './codes.js'
import type { Session } from './session.js'

const CHUNK = 1_000
const NAMED_MAX = 100

/** READY, then one GUILD_CREATE for each guild of the session's shard. */
export function sendReady(world: World, session: Session, url: string): void {
  const [index, count] = session.shard
  const guilds = [...world.guilds.values()].filter(
    (one) => one.members.has(world.botId) && shardOfGuild(one.id, count) === index,
  )
  session.send('READY', {
    v: 10,
    user: { ...userPayload(world.bot()), verified: true, mfa_enabled: true, email: null },
    user_settings: {},
    session_type: 'normal',
    session_id: session.id,
    resume_gateway_url: url,
    relationships: [],
    private_channels: [],
    presences: [],
    guilds: guilds.map((one) => ({ id: one.id, unavailable: true })),
    guild_join_requests: [],
    geo_ordered_rtc_regions: [],
    shard: session.shard,
    application: { id: world.botId, flags: 0 },
    _trace: ['["sandbox"]'],
  })
  for (const guild of guilds) sendGuild(world, session, guild)
}

function sendGuild(world: World, session: Session, guild: Guild): void {
  if ((session.intents & INTENT.GUILDS) === 0) return
  const presences = (session.intents & INTENT.GUILD_PRESENCES) !== 0
  session.send('GUILD_CREATE', guildCreatePayload(world, guild, presences))
}

/** What an identified client may ask: members, its presence, its own voice. */
export function handleRequest(world: World, session: Session, op: number, data: Json): void {
  if (op === OP.requestMembers) sendMembers(world, session, data)
  else if (op === OP.voiceState) moveBot(world, data)
  // Presence (op 3) is accepted; nobody in the sandbox shows it.
}

function sendMembers(world: World, session: Session, data: Json): void {
  const guildId = String(Array.isArray(data.guild_id) ? data.guild_id[0] : data.guild_id)
  const guild = world.guilds.get(guildId)
  if (!guild?.members.has(world.botId) || !session.hears({ guildId, intents: 0 })) return
  const named = data.user_ids === undefined ? null : [data.user_ids].flat().map(String).slice(0, NAMED_MAX)
  const limit = Number(data.limit ?? 0)
  const wantsAll = !named && (data.query ?? '') === '' && limit === 0
  // The whole list is a privilege of the GuildMembers intent.
  if (wantsAll && (session.intents & INTENT.GUILD_MEMBERS) === 0) return
  const found = named
    ? named.map((id) => guild.members.get(id)).filter((one) => one !== undefined)
    : search(world, guild, String(data.query ?? ''), limit)
  const missing = named?.filter((id) => !guild.members.has(id)) ?? []
  const chunks = Math.max(1, Math.ceil(found.length / CHUNK))
  for (let index = 0; index < chunks; index++) {
    session.send('GUILD_MEMBERS_CHUNK', {
      guild_id: guildId,
      members: found.slice(index * CHUNK, (index + 1) * CHUNK).map((one) => memberPayload(world, one)),
      chunk_index: index,
      chunk_count: chunks,
      ...(missing.length > 0 ? { not_found: missing } : {}),
      ...(data.presences === true ? { presences: [] } : {}),
      ...(data.nonce === undefined ? {} : { nonce: data.nonce }),
    })
  }
}

function search(world: World, guild: Guild, query: string, limit: number): Member[] {
  const wanted = query.toLowerCase()
  const found = [...guild.members.values()].filter((one) => {
    const user = world.user(one.userId)
    return [user.username, one.nick ?? ''].some((name) => name.toLowerCase().startsWith(wanted))
  })
  return limit > 0 ? found.slice(0, Math.min(limit, 100)) : found
}

function moveBot(world: World, data: Json): void {
  const guild = world.guilds.get(String(data.guild_id))
  if (!guild?.members.has(world.botId)) return
  const channelId =
    typeof data.channel_id === 'string' && guild.channels.has(data.channel_id) ? data.channel_id : null
  setVoice(world, guild, world.botId, {
    channelId,
    selfMute: data.self_mute === true,
    selfDeaf: data.self_deaf === true,
  })
  if (channelId === null) return
  const server = { guild_id: guild.id, token: 'sandbox-has-no-sound', endpoint: null }
  world.dispatch({ t: 'VOICE_SERVER_UPDATE', guildId: guild.id, intents: 0, data: () => server })
}
