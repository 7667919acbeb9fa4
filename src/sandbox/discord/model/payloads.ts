import { guildPermissions } from './permissions.js'
import { snowflakeTime } from './snowflake.js'
import type { Channel, Guild, Json, Member, Role, User, VoiceState } from './types.js'
import { CHANNEL_TYPE } from './types.js'
import type { World } from './world.js'

const iso = (ms: number): string => new Date(ms).toISOString().replace('Z', '000+00:00')

/** A time as Discord writes it. */
export { iso as isoTime }

export function userPayload(user: User): Json {
  return {
    id: user.id,
    username: user.username,
    discriminator: user.bot ? '0427' : '0',
    global_name: user.bot ? null : user.globalName,
    avatar: user.avatar,
    avatar_decoration_data: null,
    banner: null,
    accent_color: null,
    public_flags: 0,
    flags: 0,
    ...(user.bot ? { bot: true } : {}),
  }
}

export function memberPayload(world: World, member: Member, withUser = true): Json {
  return {
    ...(withUser ? { user: userPayload(world.user(member.userId)) } : {}),
    nick: member.nick,
    avatar: null,
    banner: null,
    roles: [...member.roles],
    joined_at: iso(member.joinedAt),
    premium_since: null,
    deaf: member.deaf,
    mute: member.mute,
    flags: 0,
    pending: false,
    communication_disabled_until: member.timeoutUntil === null ? null : iso(member.timeoutUntil),
  }
}

export function rolePayload(role: Role): Json {
  return {
    id: role.id,
    name: role.name,
    description: null,
    color: role.color,
    colors: { primary_color: role.color, secondary_color: null, tertiary_color: null },
    hoist: role.hoist,
    icon: null,
    unicode_emoji: null,
    position: role.position,
    permissions: role.permissions.toString(),
    managed: role.managed,
    mentionable: role.mentionable,
    flags: 0,
    ...(role.botId ? { tags: { bot_id: role.botId } } : {}),
  }
}

function threadPayload(world: World, channel: Channel, thread: NonNullable<Channel['thread']>): Json {
  const count = world.messagesOf(channel.id).size
  return {
    id: channel.id,
    type: channel.type,
    guild_id: channel.guildId,
    name: channel.name,
    parent_id: channel.parentId,
    owner_id: channel.ownerId,
    last_message_id: channel.lastMessageId,
    rate_limit_per_user: 0,
    message_count: count,
    total_message_sent: count,
    member_count: 2,
    flags: 0,
    thread_metadata: {
      archived: thread.archived,
      locked: thread.locked,
      auto_archive_duration: 4320,
      archive_timestamp: iso(thread.createdAt),
      create_timestamp: iso(thread.createdAt),
    },
  }
}

export function channelPayload(world: World, channel: Channel): Json {
  if (channel.thread) return threadPayload(world, channel, channel.thread)
  if (!channel.guildId) {
    return {
      id: channel.id,
      type: channel.type,
      last_message_id: channel.lastMessageId,
      flags: 0,
      recipients: channel.recipients
        .filter((id) => id !== world.botId)
        .map((id) => userPayload(world.user(id))),
    }
  }
  const voice = channel.type === CHANNEL_TYPE.voice || channel.type === CHANNEL_TYPE.stage
  return {
    id: channel.id,
    type: channel.type,
    guild_id: channel.guildId,
    name: channel.name,
    position: channel.position,
    parent_id: channel.parentId,
    topic: channel.topic,
    nsfw: false,
    flags: 0,
    rate_limit_per_user: 0,
    last_message_id: channel.lastMessageId,
    permission_overwrites: channel.overwrites.map((one) => ({
      id: one.id,
      type: one.type,
      allow: one.allow.toString(),
      deny: one.deny.toString(),
    })),
    ...(voice ? { bitrate: channel.bitrate, user_limit: channel.userLimit, rtc_region: null } : {}),
    ...(channel.type === CHANNEL_TYPE.forum
      ? {
          available_tags: [],
          default_reaction_emoji: null,
          default_sort_order: null,
          default_forum_layout: 0,
        }
      : {}),
  }
}

export function voiceStatePayload(world: World, guild: Guild, state: VoiceState, withGuild = true): Json {
  const member = guild.members.get(state.userId)
  const afk = state.channelId !== null && state.channelId === guild.afkChannelId
  return {
    ...(withGuild ? { guild_id: guild.id } : {}),
    channel_id: state.channelId,
    user_id: state.userId,
    ...(member && withGuild ? { member: memberPayload(world, member) } : {}),
    session_id: state.sessionId,
    deaf: member?.deaf ?? false,
    mute: member?.mute ?? false,
    self_deaf: state.selfDeaf,
    self_mute: state.selfMute,
    self_video: false,
    // Nobody can speak in the guild's AFK channel.
    suppress: afk,
    request_to_speak_timestamp: null,
  }
}

export function guildPayload(guild: Guild): Json {
  return {
    id: guild.id,
    name: guild.name,
    icon: null,
    splash: null,
    discovery_splash: null,
    banner: null,
    description: null,
    vanity_url_code: null,
    owner_id: guild.ownerId,
    afk_channel_id: guild.afkChannelId,
    afk_timeout: 300,
    widget_enabled: false,
    verification_level: 1,
    default_message_notifications: 1,
    explicit_content_filter: 2,
    roles: [...guild.roles.values()].map(rolePayload),
    emojis: [],
    stickers: [],
    features: ['COMMUNITY', 'NEWS'],
    mfa_level: 0,
    application_id: null,
    system_channel_id: guild.systemChannelId,
    system_channel_flags: 0,
    rules_channel_id: null,
    public_updates_channel_id: null,
    safety_alerts_channel_id: null,
    max_members: 500_000,
    max_presences: null,
    premium_tier: 0,
    premium_subscription_count: 0,
    preferred_locale: guild.locale,
    nsfw_level: 0,
    premium_progress_bar_enabled: false,
    incidents_data: null,
  }
}

/** GUILD_CREATE: the guild as a session first meets it. Without presences only the bot and people in voice come along. */
export function guildCreatePayload(world: World, guild: Guild, presences: boolean): Json {
  const channels = [...guild.channels.values()]
  const members = [...guild.members.values()].filter(
    (one) => presences || one.userId === world.botId || guild.voice.has(one.userId),
  )
  return {
    ...guildPayload(guild),
    joined_at: iso(guild.members.get(world.botId)?.joinedAt ?? snowflakeTime(guild.id)),
    large: guild.members.size > 250,
    unavailable: false,
    member_count: guild.members.size,
    voice_states: [...guild.voice.values()].map((one) => voiceStatePayload(world, guild, one, false)),
    members: members.map((one) => memberPayload(world, one)),
    channels: channels.filter((one) => !one.thread).map((one) => channelPayload(world, one)),
    threads: channels
      .filter((one) => one.thread && !one.thread.archived && world.permissions(world.botId, one) !== 0n)
      .map((one) => channelPayload(world, one)),
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  }
}

/** A member inside an interaction carries its rights in the channel. */
export function interactionMemberPayload(world: World, guild: Guild, member: Member, channel: Channel): Json {
  const bits = channel.guildId ? world.permissions(member.userId, channel) : guildPermissions(guild, member)
  return { ...memberPayload(world, member), permissions: bits.toString() }
}
