import { createHash } from 'node:crypto'
import {
  type AvatarImage,
  type PicturedIdentity,
  readAvatarChoice,
  readStoredAvatar,
  storeAvatar,
} from '../../core/pictures/avatars.js'
import type { AvatarPicture, PictureAsk } from '../../core/pictures/card.js'
import type { Database } from '../../db/connect.js'
import type { AvatarSource } from '../../db/tables/pictures.js'
import type { FetchAvatar } from './fetch-avatar.js'
import { IDENTICON_LOOK, identicon } from './identicon.js'

export type AvatarKeeperDeps = {
  db: Database
  fetch: FetchAvatar
  now: () => Date
  /** Told why a platform could not be asked; without addresses, since Telegram's hold the token. */
  onTrouble: (platform: string, why: string) => void
}

const FRESH_MS = 24 * 3_600_000
const AFTER_TROUBLE_MS = 600_000
const FETCHES_MAX = 4
const TROUBLES_MAX = 1_000

/** Knows every member's picture: looks at the platforms at most once a day for each, a few at a time. */
export class AvatarKeeper {
  readonly #deps: AvatarKeeperDeps
  readonly #fetching = new Map<string, Promise<void>>()
  /** When a platform may be asked again for somebody. */
  readonly #troubles = new Map<string, number>()

  constructor(deps: AvatarKeeperDeps) {
    this.#deps = deps
  }

  /**
   * A member's picture; null for who is unknown, deleted, or hidden from the asker. `source` asks for another one than
   * he chose. A platform is waited for `waitMs` at most; the drawn picture stands in meanwhile.
   */
  async of(
    accountId: number,
    { own = false, source, waitMs }: PictureAsk & { source?: AvatarSource; waitMs: number },
  ): Promise<AvatarPicture | null> {
    const choice = await readAvatarChoice(this.#deps.db.kysely, accountId)
    if (!choice || (choice.private && !own)) return null
    const identity = choice.identities[source ?? choice.source]
    const image = identity ? await this.#imageOf(identity, waitMs) : null
    return image ? shown(image) : drawn(accountId)
  }

  /** Resolves when nothing is being fetched. */
  async idle(): Promise<void> {
    await Promise.all(this.#fetching.values())
  }

  async #imageOf(identity: PicturedIdentity, waitMs: number): Promise<AvatarImage | null> {
    const { db, now } = this.#deps
    const stored = await readStoredAvatar(db.kysely, identity)
    const isFresh = stored !== null && now().getTime() - stored.lookedAt.getTime() < FRESH_MS
    if (isFresh) return stored.image
    const fetching = this.#refresh(identity, stored?.image ? stored.sourceKey : null)
    // An old picture is better than waiting for it again.
    if (stored?.image || !fetching) return stored?.image ?? null
    await atMost(fetching, waitMs)
    return (await readStoredAvatar(db.kysely, identity))?.image ?? null
  }

  /** Null when it is not the time to ask. */
  #refresh(identity: PicturedIdentity, knownKey: string | null): Promise<void> | null {
    const { db, fetch, now, onTrouble } = this.#deps
    const key = `${identity.platform}:${identity.id}`
    const underWay = this.#fetching.get(key)
    if (underWay) return underWay
    if (this.#fetching.size >= FETCHES_MAX || (this.#troubles.get(key) ?? 0) > now().getTime()) return null
    const work = fetch(identity, knownKey)
      .then((found) => storeAvatar(db, identity, found, now()))
      .catch((error: unknown) => {
        if (this.#troubles.size >= TROUBLES_MAX) this.#troubles.clear()
        this.#troubles.set(key, now().getTime() + AFTER_TROUBLE_MS)
        onTrouble(identity.platform, error instanceof Error ? error.name : 'unknown')
      })
      .finally(() => this.#fetching.delete(key))
    this.#fetching.set(key, work)
    return work
  }
}

function shown({ mediaType, bytes }: AvatarImage): AvatarPicture {
  const version = createHash('sha256').update(bytes).digest('hex').slice(0, 16)
  return { mediaType, bytes: new Uint8Array(bytes), version }
}

function drawn(accountId: number): AvatarPicture {
  const bytes = new Uint8Array(Buffer.from(identicon(accountId)))
  return { mediaType: 'image/svg+xml', bytes, version: `g${IDENTICON_LOOK}-${accountId}` }
}

async function atMost(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await Promise.race([
    work,
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms)
    }),
  ])
  clearTimeout(timer)
}
