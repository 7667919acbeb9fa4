import { Client, GatewayIntentBits, MessageFlagsBitField, Options, Partials, REST } from 'discord.js'
import type { DiscordSettings, PrivilegedIntent } from './types.js'

const REST_TIMEOUT_MS = 5_000
const MEMBERS_KEPT = 500
const USERS_KEPT = 2_000
const SWEEP_SECONDS = 900

/** REST for deliveries, catch-up and set-up: usable without a gateway connection. */
export function makeRest({ token, apiBase }: Pick<DiscordSettings, 'token' | 'apiBase'>): REST {
  return new REST({
    version: '10',
    ...(apiBase === undefined ? {} : { api: apiBase }),
    timeout: REST_TIMEOUT_MS,
    retries: 1,
    // A list of roles must not grow old in a queue, and a delivery that has to wait gives its turn back.
    rejectOnRateLimit: ({ method, timeToReset, retryAfter }) =>
      method === 'PATCH' || Math.max(timeToReset, retryAfter) > 2_000,
  }).setToken(token)
}

/**
 * A client that keeps only what the bot looks at: no messages, no presences, a bounded number of people. Mentions ping
 * nobody unless a message says so itself.
 */
export function makeClient(
  { apiBase, shards }: Pick<DiscordSettings, 'apiBase' | 'shards'>,
  missing: readonly PrivilegedIntent[],
): Client {
  const isOneself = (one: { id: string; client: { user: { id: string } | null } }) =>
    one.id === one.client.user?.id
  return new Client({
    intents: [
      GatewayIntentBits.Guilds,
      GatewayIntentBits.GuildMessages,
      GatewayIntentBits.GuildVoiceStates,
      ...(missing.includes('MessageContent') ? [] : [GatewayIntentBits.MessageContent]),
      ...(missing.includes('GuildMembers') ? [] : [GatewayIntentBits.GuildMembers]),
    ],
    partials: [Partials.Channel, Partials.GuildMember],
    allowedMentions: { parse: [], repliedUser: false },
    ...(shards === undefined ? { shards: 'auto' } : { shards: [...shards.ids], shardCount: shards.count }),
    rest: { ...(apiBase === undefined ? {} : { api: apiBase }), timeout: REST_TIMEOUT_MS },
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      ApplicationCommandManager: 0,
      ApplicationEmojiManager: 0,
      AutoModerationRuleManager: 0,
      BaseGuildEmojiManager: 0,
      DMMessageManager: 0,
      EntitlementManager: 0,
      GuildBanManager: 0,
      GuildEmojiManager: 0,
      GuildInviteManager: 0,
      GuildMemberManager: { maxSize: MEMBERS_KEPT, keepOverLimit: isOneself },
      GuildMessageManager: 0,
      GuildScheduledEventManager: 0,
      GuildStickerManager: 0,
      MessageManager: 0,
      PresenceManager: 0,
      ReactionManager: 0,
      ReactionUserManager: 0,
      StageInstanceManager: 0,
      ThreadMemberManager: 0,
      UserManager: { maxSize: USERS_KEPT, keepOverLimit: isOneself },
    }),
    sweepers: {
      ...Options.DefaultSweeperSettings,
      guildMembers: { interval: SWEEP_SECONDS, filter: () => (member) => !isOneself(member) },
      users: { interval: SWEEP_SECONDS, filter: () => (user) => !isOneself(user) },
    },
  })
}

/** Flags of a message that makes no sound. */
export const SILENT = MessageFlagsBitField.Flags.SuppressNotifications
