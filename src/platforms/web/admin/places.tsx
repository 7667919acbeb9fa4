import { Hono } from 'hono'
import { listPlaces, type Place, setPlace } from '../../../core/places/places.js'
import type { WebEnv } from '../http/client-address.js'
import { Form } from '../views/form.js'
import type { Ui } from '../views/ui.js'
import type { AdminKit, Ending } from './admin-kit.js'
import { Card, Input, Rows } from './parts.js'

const PATH = '/admin/places'
const MULTIPLIER_MAX = 3
const BAD_PLACE: Ending = { problem: 'bad_place' }

/** `/admin/places`: the groups and servers that somebody entered, whether they pay and how much of the usual. */
export function placeRoutes(admin: AdminKit): Hono<WebEnv> {
  const { db } = admin.kit.tools.deps
  const app = new Hono<WebEnv>()

  app.get(PATH, async (c) => {
    const places = await listPlaces(db.kysely)
    const ui = admin.ui(c)
    const { t } = ui
    const token = admin.token(c)
    return admin.show(
      c,
      t('admin:tab.places'),
      <>
        <Card title={t('admin:places.title')} note={t('admin:places.note')}>
          <Rows
            none={t('admin:places.none')}
            rows={places.map((place) => (
              <>
                <strong>
                  <bdi>{place.title === '' ? place.placeId : place.title}</bdi>
                </strong>
                <span class="admin-detail">
                  {t(`common:platform.${place.platform}`)} {place.placeId}
                </span>
                <PlaceForm ui={ui} token={token} place={place} />
              </>
            ))}
          />
        </Card>
        <Card title={t('admin:places.add')}>
          <PlaceForm ui={ui} token={token} place={null} />
        </Card>
      </>,
    )
  })

  app.post(PATH, (c) =>
    admin.act(c, PATH, async (fields, { actor }) => {
      const { platform, place: placeId = '', multiplier: typed = '' } = fields
      if (platform !== 'telegram' && platform !== 'discord') return BAD_PLACE
      const isId = platform === 'telegram' ? /^-\d{1,19}$/ : /^\d{1,20}$/
      const multiplier = Number(typed.replace(',', '.'))
      if (!isId.test(placeId) || !/^\d([.,]\d{1,2})?$/.test(typed) || multiplier > MULTIPLIER_MAX)
        return BAD_PLACE
      const known = (await listPlaces(db.kysely, platform)).find((one) => one.placeId === placeId)
      const pays = fields.pays === 'on'
      await setPlace(db, { platform, placeId, title: known?.title ?? '', pays, multiplier }, actor)
      return { done: 'place_set' }
    }),
  )

  return app
}

function PlaceForm({ ui, token, place }: { ui: Ui; token: string; place: Place | null }) {
  const { t } = ui
  return (
    <Form action={PATH} token={token} class="admin-form">
      {place ? (
        <>
          <input type="hidden" name="platform" value={place.platform} />
          <input type="hidden" name="place" value={place.placeId} />
        </>
      ) : (
        <>
          <label class="admin-field">
            <span>{t('admin:places.platform')}</span>
            <select name="platform">
              <option value="telegram">{t('common:platform.telegram')}</option>
              <option value="discord">{t('common:platform.discord')}</option>
            </select>
          </label>
          <Input label={t('admin:places.id')} name="place" maxlength={20} />
        </>
      )}
      <label class="pick">
        <input type="checkbox" name="pays" checked={place?.pays ?? true} />
        <span>{t('admin:places.pays')}</span>
      </label>
      <Input
        label={t('admin:places.multiplier')}
        name="multiplier"
        type="number"
        value={String(place?.multiplier ?? 1)}
        min={0}
        max={MULTIPLIER_MAX}
        step="0.01"
      />
      <button class="button" type="submit">
        {t(place ? 'admin:save' : 'admin:places.submit')}
      </button>
    </Form>
  )
}
