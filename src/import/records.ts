import type { KeyPads } from '../db/keyed-hash.js'

/** The stores of the old programs, in the order in which an import applies them (seed, step 2). */
export const SOURCES = ['telegram', 'discord', 'voice', 'website'] as const
export type Source = (typeof SOURCES)[number]

/** Bots of other makers whose exports can be read; `generic` takes a mapping file. */
export const OTHER_BOTS = ['mee6', 'lurkr', 'amari', 'arcane', 'generic'] as const
export type OtherBot = (typeof OTHER_BOTS)[number]

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
  /**
   * Everything else that the member owned, word for word; kept in the event and shown in his export. Without what holds
   * nothing (null, empty lists and objects), U+0000 and lone surrogates, so that jsonb takes it.
   */
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

/** What an import counts, so that its report can prove that nothing was lost or invented. */
export type Amounts = { xp: number; coins: number; games: number; voiceSeconds: number }

/**
 * Why something stays behind. The words are `import:reason.<reason>`.
 *
 * Of the whole record: `bad_id` (no id of that platform), `not_a_person` (an id that the platform uses for itself),
 * `id_mismatch` (the record names another id than the one it lies under), `duplicate` (a later record with the same id
 * was taken), `not_a_record`, `too_deep`, `too_large`. Of a number: `not_a_number`, `negative`, `too_big`; for XP, coins
 * and voice time the whole record stays behind, so that a mended one comes over as if for the first time; and
 * `fraction`: the whole part comes over, only what is behind the point does not. Of other fields: `not_a_time`,
 * `in_future`, `too_long_ago`, `bad_link` (a claim that is no id), `links_differ` (one record claims two ids),
 * `not_a_list`, `not_text`, `bad_email`, `reserved_email`, `not_a_hash`, `forbidden_key`. Of another bot's export:
 * `no_xp` (neither XP nor level), `bad_level`, `xp_beyond_level`. Of `discord_links`: `link_without_status`.
 */
export type RejectReason =
  | 'bad_id'
  | 'not_a_person'
  | 'id_mismatch'
  | 'duplicate'
  | 'not_a_record'
  | 'too_deep'
  | 'too_large'
  | 'not_a_number'
  | 'negative'
  | 'too_big'
  | 'fraction'
  | 'not_a_time'
  | 'in_future'
  | 'too_long_ago'
  | 'bad_link'
  | 'links_differ'
  | 'not_a_list'
  | 'not_text'
  | 'bad_email'
  | 'reserved_email'
  | 'not_a_hash'
  | 'forbidden_key'
  | 'no_xp'
  | 'bad_level'
  | 'xp_beyond_level'
  | 'link_without_status'

/** A record, or a part of one, that does not come over, and why. */
export type Rejected = {
  source: Source
  id: string | null
  field: string | null
  reason: RejectReason
  /** What stood there, shortened, without control characters. Never a password. */
  value: string
  /** True: the whole record stays behind. False: it comes over without this field. */
  whole: boolean
  /**
   * What the store counted here that stays behind with it; null: nothing. Sum of the store = sum of the records + sum
   * of this. What is no number counts 0; a debt counts below 0. Voice time is counted in whole seconds.
   */
  lost: Amounts | null
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
  /**
   * Whose progress it is: the source's own, or another bot's (`mee6`). What one origin counted is never taken for a later
   * state of what another did.
   */
  origin: Source | OtherBot
  /** What it is, for people, without secrets: the file's name, or host and database. */
  name: string
  /** Bytes or rows, for the progress bar; null when it is not known beforehand. */
  size: number | null
  /**
   * Everything in it, in pieces, in the order in which it lies there; every id in at most one record. `done` is in the
   * unit of `size`. May be called once. Throws UnreadableStoreError also in the middle.
   */
  read(): AsyncIterable<{ items: readonly OldItem[]; done: number }>
  /**
   * The same as lines for the stage, by a store that makes them in a thread of its own; `read` is not for such a one. May
   * be called once. Throws UnreadableStoreError also in the middle.
   */
  lines?(order: StageOrder): AsyncIterable<StagePiece>
  /** SHA-256 in hex of what was read; the same content gives the same hash. Known once `read` has ended. */
  hash(): string
  close(): Promise<void>
}

/** What making lines of a store needs to know. It can be handed to another thread. */
export type StageOrder = {
  /** Records are numbered from here on, in the order in which they lie there. */
  firstNumber: number
  /** Who asked to be forgotten; null: nobody did. */
  erased: ErasedPeople | null
}

/** Hashes of identities in hex, and the pads of the key that they were made with (src/db/keyed-hash.ts). */
export type ErasedPeople = { pads: KeyPads; hashes: readonly string[] }

/** Lines for tables of the stage. `done` is in the unit of the store's `size`. */
export type StagePiece = {
  /** As text, or as its bytes in UTF-8. */
  lines: readonly { table: 'records' | 'links' | 'rejected'; text: string | Uint8Array }[]
  done: number
  /** The newest moment that was met so far, in milliseconds since 1970; 0: none. */
  newest: number
}

/**
 * Why a store cannot be read; the words are `import:unreadable.<reason>`. `not_found`, `no_permission` (file or database),
 * `encoding` (UTF-16 and the like), `truncated` (ends in the middle), `syntax`, `shape` (well-formed, but not this store),
 * `other_store` (looks like the one named in `detail`), `changed` (while it was read), `unreachable` (database),
 * `no_table`, `no_id_column`, `mapping` (the mapping file), `too_large` (an export that is read in one piece).
 */
export type UnreadableReason =
  | 'not_found'
  | 'no_permission'
  | 'encoding'
  | 'truncated'
  | 'syntax'
  | 'shape'
  | 'other_store'
  | 'changed'
  | 'unreachable'
  | 'no_table'
  | 'no_id_column'
  | 'mapping'
  | 'too_large'

/** The store is not what it was said to be, or ends in the middle: nothing of it is used. */
export class UnreadableStoreError extends Error {
  override name = 'UnreadableStoreError'
  constructor(
    readonly store: string,
    readonly reason: UnreadableReason,
    readonly detail: string,
  ) {
    super(`${store}: ${reason}: ${detail}`)
  }
}
