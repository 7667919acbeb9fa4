import { onTestFinished } from 'vitest'
import { createPictures, type Pictures, type PicturesDeps } from '../../src/app/pictures/create-pictures.js'
import { fetchAvatarFrom } from '../../src/app/pictures/fetch-avatar.js'
import type { Database } from '../../src/db/connect.js'
import { RULES } from './rules.js'

/** Pictures as the program makes them, without a bot to ask for photos. No thread starts before a card is wanted. */
export function testPictures(db: Database, deps: Partial<PicturesDeps> = {}): Pictures {
  const pictures = createPictures({
    db,
    rules: () => RULES,
    now: () => new Date(),
    fetch: fetchAvatarFrom(() => ({ discord: null, telegram: null })),
    onTrouble: () => {},
    onFailure: () => {},
    ...deps,
  })
  onTestFinished(() => pictures.stop())
  return pictures
}
