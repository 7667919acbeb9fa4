import type { Time } from '../columns.js'

/** Where a member's picture comes from. `generated` is drawn from the account's id. */
export type AvatarSource = 'generated' | 'telegram' | 'discord'

export type AvatarsTable = {
  platform: 'telegram' | 'discord'
  platform_id: string
  source_key: string | null
  media_type: 'image/png' | 'image/jpeg' | null
  bytes: Buffer | null
  looked_at: Time
}
