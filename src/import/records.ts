/** The stores of the old programs, in the order in which an import applies them (seed, step 2). */
export const SOURCES = ['telegram', 'discord', 'voice', 'website'] as const
export type Source = (typeof SOURCES)[number]

/**
 * What every old record says of its member. Whatever is here was checked: ids are strings of digits, numbers are whole
 * and between 0 and 1e9, names are cut as at every door, times are instants (the old ones had no zone).
 */
type OldMember = {
  /** The id in the store: the Telegram or Discord id, or the number of the website account. */
  id: string
  /** `@name` on that platform; null when empty or a filler such as `Unknown`. */
  username: string | null
  displayName: string | null
  createdAt: Date | null
  lastActive: Date | null
  /** Everything else that the member owned, word for word; kept in the event and shown in his export. */
  rest: Record<string, unknown>
}

/** The progress that both bots kept. */
type OldProgress = OldMember & {
  xp: number
  coins: number
  gamesPlayed: number
  gamesWon: number
  messages: number
  /** Days in a row. */
  streak: number
  lastDaily: Date | null
  /** Ids as the old store wrote them. */
  achievements: readonly string[]
}

export type TelegramRecord = OldProgress & {
  source: 'telegram'
  /** Whatever number was typed in the old bot: a claim, never a proof. */
  claimsDiscordId: string | null
  /** The reason; empty when none was given. Null: not banned. */
  banned: string | null
}

export type DiscordRecord = OldProgress & {
  source: 'discord'
  /** Set only by a one-time code: a proof. */
  provesTelegramId: string | null
}

export type VoiceRecord = {
  source: 'voice'
  /** The Discord id. */
  id: string
  username: string | null
  /** Whole seconds. */
  voiceSeconds: number
  rest: Record<string, unknown>
}

export type WebsiteRecord = OldMember & {
  source: 'website'
  /** Lower case; null for `<discord id>@discord.user` and other addresses that are none. */
  email: string | null
  /** Unsalted SHA-256 in hex; null when there is none or it may not come over. */
  passwordSha256: string | null
  /** Whatever was typed in the old settings, or the id inside of a `@discord.user` address: a claim. */
  claimsDiscordId: string | null
}

export type OldRecord = TelegramRecord | DiscordRecord | VoiceRecord | WebsiteRecord

/** A record, or a part of one, that does not come over, and why. The words for `reason` are `import:reason.<reason>`. */
export type Rejected = {
  source: Source
  id: string | null
  field: string | null
  reason: string
  /** What stood there, shortened, without control characters. */
  value: string
  /** True: the whole record stays behind. False: it comes over without this field. */
  whole: boolean
}

/** `discord_links` of the old database with status `active`: a proof. */
export type ProvenLink = { telegramId: string; discordId: string }

export type OldItem =
  | { kind: 'record'; record: OldRecord }
  | { kind: 'rejected'; rejected: Rejected }
  | { kind: 'link'; link: ProvenLink }

/** One old store, opened for reading. It is never written to. */
export type OldStore = {
  source: Source
  /** What it is, for people, without secrets: the file's name, or host and database. */
  name: string
  /** Bytes or rows, for the progress bar; null when it is not known beforehand. */
  size: number | null
  /** Everything in it, in pieces, in the order in which it lies there. `done` is in the unit of `size`. */
  read(): AsyncIterable<{ items: readonly OldItem[]; done: number }>
  /** SHA-256 in hex of what was read; the same content gives the same hash. Known once `read` has ended. */
  hash(): string
  close(): Promise<void>
}

/** The store is not what it was said to be, or ends in the middle: nothing of it is used. */
export class UnreadableStoreError extends Error {
  override name = 'UnreadableStoreError'
  constructor(
    readonly store: string,
    /** `import:unreadable.<reason>` says it to people. */
    readonly reason: string,
    readonly detail: string,
  ) {
    super(`${store}: ${reason}: ${detail}`)
  }
}
