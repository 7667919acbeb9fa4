import { z } from 'zod'
import { readAvatarImage } from '../../core/pictures/avatar-image.js'
import type { AvatarImage, PicturedIdentity } from '../../core/pictures/avatars.js'

/** A platform's present picture of a person; `unchanged`: it is the one that is known already; null: there is none. */
type FoundAvatar = { sourceKey: string; image: AvatarImage } | 'unchanged' | null

/** Asks a platform for a person's picture. Throws while the platform cannot be asked. */
export type FetchAvatar = (identity: PicturedIdentity, knownKey: string | null) => Promise<FoundAvatar>

export type AvatarHosts = {
  /** Root of REST without version, and where pictures lie by id and hash. Null: there is no bot. */
  discord: { token: string; apiBase: string; cdn: string } | null
  telegram: { token: string; apiRoot: string } | null
}

const CALL_MS = 5_000
const BYTES_MAX = 262_144
/** Twice the size at which pages show them would weigh more than the rest of a page. */
const DISCORD_PIXELS = 128
const TELEGRAM_PIXELS = 128

const DISCORD_USER = z.object({
  avatar: z
    .string()
    .regex(/^(a_)?[0-9a-f]{8,64}$/)
    .nullable(),
})
const TELEGRAM_PHOTOS = z.object({
  result: z.object({
    photos: z.array(
      z.array(
        z.object({
          file_id: z.string().max(300),
          file_unique_id: z.string().max(300),
          width: z.number(),
          file_size: z.number().optional(),
        }),
      ),
    ),
  }),
})
const TELEGRAM_FILE = z.object({ result: z.object({ file_path: z.string().regex(/^[\w-]+(\/[\w.-]+)*$/) }) })

/**
 * Fetches pictures from the two platforms' own hosts and nowhere else. Every address is built from ids, hashes and what
 * the platform itself just answered; no redirect is followed.
 */
export function fetchAvatarFrom(hosts: () => AvatarHosts): FetchAvatar {
  return async ({ platform, id }, knownKey) => {
    const { discord, telegram } = hosts()
    if (!/^\d{1,20}$/.test(id)) return null
    if (platform === 'discord') return discord ? fromDiscord(discord, id, knownKey) : null
    return telegram ? fromTelegram(telegram, id, knownKey) : null
  }
}

async function fromDiscord(
  { token, apiBase, cdn }: NonNullable<AvatarHosts['discord']>,
  id: string,
  knownKey: string | null,
): Promise<FoundAvatar> {
  const user = await get(`${apiBase}/v10/users/${id}`, { authorization: `Bot ${token}` })
  if (!user) return null
  const { avatar } = DISCORD_USER.parse(JSON.parse(user.toString('utf8')))
  if (avatar === null) return null
  if (avatar === knownKey) return 'unchanged'
  return picture(avatar, await get(`${cdn}/avatars/${id}/${avatar}.png?size=${DISCORD_PIXELS}`))
}

async function fromTelegram(
  { token, apiRoot }: NonNullable<AvatarHosts['telegram']>,
  id: string,
  knownKey: string | null,
): Promise<FoundAvatar> {
  const answer = await get(`${apiRoot}/bot${token}/getUserProfilePhotos?user_id=${id}&limit=1`)
  if (!answer) return null
  const { photos } = TELEGRAM_PHOTOS.parse(JSON.parse(answer.toString('utf8'))).result
  const sizes = (photos[0] ?? []).filter(({ file_size = 0 }) => file_size <= BYTES_MAX)
  // The smallest that is large enough, else the largest.
  const size = sizes.find(({ width }) => width >= TELEGRAM_PIXELS) ?? sizes.at(-1)
  if (!size) return null
  if (size.file_unique_id === knownKey) return 'unchanged'
  const file = await get(`${apiRoot}/bot${token}/getFile?file_id=${encodeURIComponent(size.file_id)}`)
  if (!file) return null
  const { file_path: path } = TELEGRAM_FILE.parse(JSON.parse(file.toString('utf8'))).result
  return picture(size.file_unique_id, await get(`${apiRoot}/file/bot${token}/${path}`))
}

function picture(sourceKey: string, bytes: Buffer | null): FoundAvatar {
  const image = bytes && readAvatarImage(bytes)
  return image ? { sourceKey, image } : null
}

/** The body of an answer; null when the platform refuses for good (400, 403, 404) or sends too much. */
async function get(url: string, headers: Record<string, string> = {}): Promise<Buffer | null> {
  const response = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(CALL_MS) })
  if ([400, 403, 404].includes(response.status)) {
    await response.body?.cancel()
    return null
  }
  if (!response.ok || !response.body) {
    await response.body?.cancel()
    throw new Error(`a picture was answered with ${response.status}`)
  }
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body) {
    size += chunk.length
    // Leaving the loop cancels the rest.
    if (size > BYTES_MAX) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
