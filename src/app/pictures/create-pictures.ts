import { createHash } from 'node:crypto'
import {
  type CardOutcome,
  type PictureAsk,
  readCardFacts,
  type WebPictures,
} from '../../core/pictures/card.js'
import type { Rules } from '../../core/progression/rules.js'
import type { Locale } from '../../i18n/translate.js'
import { AvatarKeeper, type AvatarKeeperDeps } from './avatar-keeper.js'
import { CARD_LOOK, cardPicture } from './card-picture.js'
import { DrawingBusyError, DrawingPool } from './drawing-pool.js'

export type Pictures = WebPictures & {
  /** A card for a bot's answer to the member himself; null when it cannot be had at once. */
  drawCard(accountId: number, locale: Locale): Promise<Uint8Array | null>
  /** Resolves when no platform is being asked for a picture. */
  idle(): Promise<void>
  stop(): Promise<void>
}

export type PicturesDeps = AvatarKeeperDeps & {
  rules: () => Rules
  pool?: DrawingPool
  /** Told why a card could not be drawn. */
  onFailure: (error: unknown) => void
}

const RETRY_SECONDS = 2
const AVATAR_WAIT_MS = 2_000
const CARD_AVATAR_WAIT_MS = 600
const BOT_WAIT_MS = 2_500
const CACHE_BYTES_MAX = 24 * 1024 * 1024

type Png = Uint8Array<ArrayBuffer>

/** Rank cards and avatars. Starts nothing and asks nobody before the first picture is wanted. */
export function createPictures(deps: PicturesDeps): Pictures {
  const { db, rules, onFailure } = deps
  const pool = deps.pool ?? new DrawingPool()
  const avatars = new AvatarKeeper(deps)
  const cache = new Map<string, Png>()
  let cached = 0
  const drawing = new Map<string, Promise<Png>>()

  const keep = (version: string, png: Png) => {
    cache.set(version, png)
    cached += png.length
    // Those that were asked for least recently go first.
    for (const [oldest, bytes] of cache) {
      if (cached <= CACHE_BYTES_MAX) break
      cache.delete(oldest)
      cached -= bytes.length
    }
  }

  async function card(
    accountId: number,
    locale: Locale,
    ask: PictureAsk & { known?: string | undefined } = {},
  ): Promise<CardOutcome> {
    const facts = await readCardFacts(db.kysely, accountId, rules(), ask)
    const avatar = facts && (await avatars.of(accountId, { own: ask.own, waitMs: CARD_AVATAR_WAIT_MS }))
    if (!facts || !avatar) return { status: 'nobody' }
    const what = JSON.stringify([CARD_LOOK, locale, facts, avatar.version])
    const version = createHash('sha256').update(what).digest('hex').slice(0, 24)
    if (ask.known === version) return { status: 'unchanged', version }
    const ready = cache.get(version)
    if (ready) {
      cache.delete(version)
      cache.set(version, ready)
      return { status: 'drawn', png: ready, version }
    }
    const href = `data:${avatar.mediaType};base64,${Buffer.from(avatar.bytes).toString('base64')}`
    try {
      let work = drawing.get(version)
      if (!work) {
        work = pool.draw(cardPicture(facts, href, locale))
        drawing.set(version, work)
        const png = await work.finally(() => drawing.delete(version))
        keep(version, png)
      }
      return { status: 'drawn', png: await work, version }
    } catch (error) {
      if (error instanceof DrawingBusyError) return { status: 'busy', retryAfterSeconds: RETRY_SECONDS }
      onFailure(error)
      return { status: 'failed' }
    }
  }

  return {
    card,
    avatar: (accountId, ask = {}) => avatars.of(accountId, { ...ask, waitMs: AVATAR_WAIT_MS }),
    async drawCard(accountId, locale) {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<null>((resolve) => {
        timer = setTimeout(() => resolve(null), BOT_WAIT_MS)
      })
      const work = card(accountId, locale, { own: true }).then(
        (outcome) => (outcome.status === 'drawn' ? outcome.png : null),
        (error: unknown) => {
          onFailure(error)
          return null
        },
      )
      const png = await Promise.race([work, late])
      clearTimeout(timer)
      return png
    },
    idle: () => avatars.idle(),
    async stop() {
      await pool.close()
      await avatars.idle()
    },
  }
}
