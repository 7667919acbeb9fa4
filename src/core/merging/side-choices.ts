import type { AvatarSource } from '../../db/tables/pictures.js'

/** Finer choices of a member, each absent while he never made it: columns of `ttfd.account_settings`. */
export type SideChoices = {
  avatar_source?: AvatarSource
  display_name?: string
  notices_telegram?: false
  notices_discord?: false
  quiet_from?: number
  quiet_to?: number
}

type ChoicesRow = {
  avatar_source: AvatarSource | null
  chosen_name: string | null
  notices_telegram: boolean | null
  notices_discord: boolean | null
  quiet_from: number | null
  quiet_to: number | null
}

export const CHOICE_COLUMNS = [
  's.avatar_source',
  // An account has a column of this name, too.
  's.display_name as chosen_name',
  's.notices_telegram',
  's.notices_discord',
  's.quiet_from',
  's.quiet_to',
] as const

export function choicesOf(row: ChoicesRow): SideChoices {
  return {
    ...(row.avatar_source && { avatar_source: row.avatar_source }),
    ...(row.chosen_name !== null && { display_name: row.chosen_name }),
    ...(row.notices_telegram === false && { notices_telegram: false as const }),
    ...(row.notices_discord === false && { notices_discord: false as const }),
    ...(row.quiet_from !== null && row.quiet_to !== null
      ? { quiet_from: row.quiet_from, quiet_to: row.quiet_to }
      : {}),
  }
}

/** What the first chose, completed by the second; quiet where either is. The account keeps the first one's name. */
export function uniteChoices(one: SideChoices, other: SideChoices): SideChoices {
  const avatar_source = one.avatar_source ?? other.avatar_source
  const { quiet_from, quiet_to } = one.quiet_from === undefined ? other : one
  return {
    ...(avatar_source && { avatar_source }),
    ...(one.display_name !== undefined && { display_name: one.display_name }),
    ...((one.notices_telegram ?? other.notices_telegram) === false && { notices_telegram: false as const }),
    ...((one.notices_discord ?? other.notices_discord) === false && { notices_discord: false as const }),
    ...(quiet_from !== undefined && quiet_to !== undefined ? { quiet_from, quiet_to } : {}),
  }
}

export function sameChoices(a: SideChoices, b: SideChoices): boolean {
  return (
    a.avatar_source === b.avatar_source &&
    a.display_name === b.display_name &&
    a.notices_telegram === b.notices_telegram &&
    a.notices_discord === b.notices_discord &&
    a.quiet_from === b.quiet_from &&
    a.quiet_to === b.quiet_to
  )
}
