import type { ProfileReader } from '../models.js'
import { ProfilePage } from '../views/profile.js'
import { renderPage } from '../views/render.js'
import { memberHref } from '../views/urls.js'
import type { OpenPage } from './open-page.js'

const ROUTE = '/u/:id'

/** `/u/<id>` as everybody sees it. */
export function openProfile(profiles: ProfileReader, accountId: number): OpenPage {
  const path = memberHref(accountId)
  return {
    key: path,
    route: ROUTE,
    about: [accountId],
    frame: { path, liveUrl: `/live${path}` },
    async draw(ui, frame) {
      const model = await profiles.read(accountId)
      if (!model) return null
      const page = <ProfilePage ui={ui} frame={frame} model={model} imagePath={`${path}/card.png`} />
      return { body: renderPage(page), accountIds: [accountId], counts: false }
    },
  }
}
