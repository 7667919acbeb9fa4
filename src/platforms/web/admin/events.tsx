import { Hono } from 'hono'
import { browseEvents, EVENT_ORIGINS } from '../../../core/admin/browse-events.js'
import { EVENT_TYPES } from '../../../core/events/event-types.js'
import type { WebEnv } from '../http/client-address.js'
import type { AdminKit } from './admin-kit.js'
import { choiceIn, FilterForm, kindChoice, Older, pageIn } from './filters.js'
import { AccountLink, Card, Detail, Moment, Rows } from './parts.js'

const PATH = '/admin/events'
const LINES = 50
const STATES = ['waiting', 'done'] as const

/** `/admin/events`: what happened, newest first, by kind, platform, state and member. */
export function eventRoutes(admin: AdminKit): Hono<WebEnv> {
  const { tools } = admin.kit
  const app = new Hono<WebEnv>()

  app.get(PATH, async (c) => {
    const page = pageIn((name) => c.req.query(name))
    if (!page) return tools.fail(c, { kind: 'page_not_found' })
    const { accountId, before } = page
    const type = choiceIn(EVENT_TYPES, c.req.query('kind'))
    const origin = choiceIn(EVENT_ORIGINS, c.req.query('platform'))
    const state = choiceIn(STATES, c.req.query('state'))
    const filter = { type, origin, state, accountId }
    const { events, next } = await browseEvents(tools.deps.db.kysely, filter, { before, limit: LINES })
    const values = {
      kind: type,
      platform: origin,
      state,
      member: accountId === null ? null : String(accountId),
    }
    const ui = admin.ui(c)
    const { t, number } = ui
    return admin.show(
      c,
      t('admin:tab.events'),
      <Card title={t('admin:deliveries.events')}>
        <FilterForm
          ui={ui}
          path={PATH}
          values={values}
          choices={[
            kindChoice(ui),
            {
              name: 'platform',
              label: t('admin:filter.platform'),
              options: EVENT_ORIGINS.map((one) => [one, t(`admin:origin.${one}`)]),
            },
            {
              name: 'state',
              label: t('admin:filter.state'),
              options: STATES.map((one) => [one, t(`admin:event_state.${one}`)]),
            },
          ]}
        />
        <Rows
          none={t('admin:deliveries.no_events')}
          rows={events.map((one) => (
            <>
              <span class="soft">#{one.seq}</span>
              <Moment ui={ui} at={one.createdAt} />
              <strong>{one.type}</strong>
              <span>{one.source}</span>
              <AccountLink ui={ui} id={one.accountId} />
              <span>
                {t('statement:xp', { n: number(one.xp) })}, {ui.count('common:coins', one.coins)}
              </span>
              {!one.processed && <span class="admin-bad">{t('admin:event_state.waiting')}</span>}
              <Detail detail={one.data} />
            </>
          ))}
        />
        <Older ui={ui} path={PATH} values={values} next={next} isShort={events.length < LINES} />
      </Card>,
    )
  })

  return app
}
