import type { Reader } from '../../db/connect.js'
import type { AvatarSource } from '../../db/tables/pictures.js'
import { readProfile } from '../profiles/read-profile.js'
import type { RankProgress } from '../progression/ranks.js'
import type { Rules } from '../progression/rules.js'

/** What a rank card shows of a member. */
export type CardFacts = {
  accountId: number
  /** Null: known from group messages alone, listed under no name. */
  displayName: string | null
  xp: number
  coins: number
  /** Null: without XP nobody stands on the board. */
  place: number | null
  /** Days in a row on which the daily reward was taken. */
  streak: number
  progress: RankProgress
}

/** Who asks for a picture: a stranger never sees one of a member who hides his profile. */
export type PictureAsk = {
  /** The member himself asks, so that his own hidden profile is shown to him. */
  own?: boolean
}

/** How drawing a card ended. `version` changes whenever the picture would. */
export type CardOutcome =
  | { status: 'drawn'; png: Uint8Array<ArrayBuffer>; version: string }
  /** The asker has this very version already: nothing was drawn. */
  | { status: 'unchanged'; version: string }
  /** Unknown, deleted, or hidden from the asker: one answer for all three. */
  | { status: 'nobody' }
  /** Too many pictures are being drawn. */
  | { status: 'busy'; retryAfterSeconds: number }
  /** It could not be drawn in time or at all. */
  | { status: 'failed' }

/** A member's picture, ready to be served. `version` changes with it. */
export type AvatarPicture = {
  mediaType: 'image/svg+xml' | 'image/png' | 'image/jpeg'
  bytes: Uint8Array<ArrayBuffer>
  version: string
}

/** What the website asks for pictures. `known`: the version that the asker has. */
export type WebPictures = {
  card(
    accountId: number,
    locale: 'ru' | 'en',
    ask?: PictureAsk & { known?: string | undefined },
  ): Promise<CardOutcome>
  /** Null for who is unknown, deleted, or hidden from the asker. */
  avatar(
    accountId: number,
    ask?: PictureAsk & { source?: AvatarSource | undefined },
  ): Promise<AvatarPicture | null>
}

/** Reads what a card shows; null for who is unknown, deleted, or hidden from the asker. */
export async function readCardFacts(
  reader: Reader,
  accountId: number,
  rules: Rules,
  { own = false }: PictureAsk = {},
): Promise<CardFacts | null> {
  const profile = await readProfile(reader, accountId, rules)
  if (!profile || (profile.private && !own)) return null
  const { xp, coins, place, streak, progress, named, displayName } = profile
  return {
    accountId,
    displayName: named ? displayName : null,
    xp,
    coins,
    // A hidden member has no place that others see.
    place: xp > 0 && !profile.private ? place : null,
    streak,
    progress,
  }
}
