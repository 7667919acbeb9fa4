import type { Page } from '../callback-data.js'
import type { Person } from '../person.js'
import type { View } from '../speak.js'
import type { Kit } from '../types.js'
import { dailyView } from './daily.js'
import { gamesView } from './games.js'
import { profileView } from './profile.js'
import { bannedView } from './restricted.js'
import { settingsView } from './settings.js'
import { topView } from './top.js'

/** One page of the private chat, however it was asked for: by command, button or link. `at` is when it was asked. */
export async function pageView(kit: Kit, person: Person, page: Page, at: Date): Promise<View> {
  const banned = await bannedView(kit, person)
  if (banned) return banned
  switch (page) {
    case 'games':
      return gamesView(kit, person)
    case 'daily':
      return dailyView(kit, person, at)
    case 'profile':
      return profileView(kit, person)
    case 'top':
      return topView(kit, person, { board: 'xp', period: 'all', page: 0 })
    case 'settings':
      return settingsView(person)
    default:
      return page satisfies never
  }
}
