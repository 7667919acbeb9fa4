/** Anything that travels as JSON. */
export type Json = { [key: string]: unknown }

export interface User {
  readonly id: string
  /** Short name by which tests and the playground call this person. */
  readonly key: string
  username: string
  globalName: string | null
  avatar: string | null
  readonly bot: boolean
  locale: string
  email: string | null
  verified: boolean
}

export interface Role {
  readonly id: string
  readonly key: string
  name: string
  color: number
  hoist: boolean
  position: number
  permissions: bigint
  mentionable: boolean
  /** Managed roles belong to a bot and nobody can give or take them. */
  readonly managed: boolean
  readonly botId: string | null
}

export interface Overwrite {
  readonly id: string
  /** 0 role, 1 member. */
  readonly type: 0 | 1
  readonly allow: bigint
  readonly deny: bigint
}

export const CHANNEL_TYPE = {
  text: 0,
  dm: 1,
  voice: 2,
  category: 4,
  announcement: 5,
  announcementThread: 10,
  publicThread: 11,
  privateThread: 12,
  stage: 13,
  forum: 15,
} as const

export interface Channel {
  readonly id: string
  readonly key: string
  readonly type: number
  readonly guildId: string | null
  name: string
  parentId: string | null
  position: number
  topic: string | null
  overwrites: Overwrite[]
  bitrate: number
  userLimit: number
  /** The two people of a direct message. */
  readonly recipients: string[]
  readonly thread: { archived: boolean; locked: boolean; readonly createdAt: number } | null
  readonly ownerId: string | null
  lastMessageId: string | null
}

export interface Member {
  readonly userId: string
  nick: string | null
  roles: Set<string>
  readonly joinedAt: number
  mute: boolean
  deaf: boolean
  timeoutUntil: number | null
}

export interface VoiceState {
  readonly guildId: string
  readonly userId: string
  readonly sessionId: string
  channelId: string | null
  selfMute: boolean
  selfDeaf: boolean
}

export interface Guild {
  readonly id: string
  readonly key: string
  name: string
  readonly ownerId: string
  readonly locale: string
  afkChannelId: string | null
  systemChannelId: string | null
  readonly roles: Map<string, Role>
  readonly members: Map<string, Member>
  readonly channels: Map<string, Channel>
  readonly voice: Map<string, VoiceState>
  readonly audit: AuditEntry[]
}

export interface AuditEntry {
  readonly id: string
  readonly action: number
  readonly byUserId: string
  readonly targetId: string
  readonly reason: string | null
  readonly changes: readonly Json[]
}

export interface Attachment {
  readonly id: string
  readonly filename: string
  readonly contentType: string
  readonly description: string | null
  readonly bytes: Buffer
}

export const MESSAGE_FLAG = {
  crossposted: 1 << 0,
  isCrosspost: 1 << 1,
  suppressEmbeds: 1 << 2,
  ephemeral: 1 << 6,
  loading: 1 << 7,
  suppressNotifications: 1 << 12,
  componentsV2: 1 << 15,
} as const

export interface Message {
  readonly id: string
  readonly channelId: string
  readonly guildId: string | null
  readonly authorId: string
  /** Name shown instead of the author's when a webhook speaks. */
  readonly webhook: { readonly id: string; readonly name: string } | null
  readonly applicationId: string | null
  readonly type: number
  readonly timestamp: number
  readonly nonce: string | number | null
  readonly reference: Json | null
  readonly interaction: Json | null
  /** Only this person sees the message, and no gateway event tells of it. */
  readonly ephemeralFor: string | null
  content: string
  editedTimestamp: number | null
  flags: number
  embeds: Json[]
  attachments: Attachment[]
  components: Json[]
  mentions: string[]
  mentionRoles: string[]
  mentionEveryone: boolean
  deleted: boolean
}

export interface Webhook {
  readonly id: string
  readonly key: string
  readonly channelId: string
  readonly name: string
}
