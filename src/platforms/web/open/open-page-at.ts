import { readBoardRequest } from '../board-model.js'
import { isCleanUrl } from '../http/clean-url.js'
import { numberIn } from '../http/number-in.js'
import type { ModelDeps, ProfileReader } from '../models.js'
import { openBoard } from './open-board.js'
import type { OpenPage } from './open-page.js'
import { openProfile } from './open-profile.js'

const PROFILE = '/u/'
const BOARD = '/leaderboard'
const CHOICES = new Set(['metric', 'period'])

/**
 * Tells the open page of an address with its query. Whatever else stands in an address (a language to remember, a page
 * further down, a search) makes it another page, so it is none; a broken address is the site's to refuse.
 */
export function createOpenPageAt(deps: ModelDeps, profiles: ProfileReader): (url: string) => OpenPage | null {
  return (url) => {
    if (url.startsWith(PROFILE)) {
      const id = numberIn(url.slice(PROFILE.length))
      return id === null ? null : openProfile(profiles, id)
    }
    if (!url.startsWith(BOARD) || !isCleanUrl(url)) return null
    const query = queryOf(url.slice(BOARD.length))
    if (!query || [...query.keys()].some((name) => !CHOICES.has(name))) return null
    const asked = readBoardRequest((name) => query.get(name) ?? undefined)
    return asked && openBoard(deps, asked)
  }
}

function queryOf(text: string): URLSearchParams | null {
  if (text === '') return new URLSearchParams()
  return text.startsWith('?') ? new URLSearchParams(text.slice(1)) : null
}
