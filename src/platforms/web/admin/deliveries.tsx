import { Hono } from 'hono'
import { retryDeliveries } from '../../../core/admin/retry-deliveries.js'
import { listEvents, listFailed } from '../../../core/deliveries/list-events.js'
import type { WebEnv } from '../http/client-address.js'
import { Form } from '../views/form.js'
import { type AdminKit, numberIn } from './admin-kit.js'
import { AccountLink, Card, Detail, Moment, Rows } from './parts.js'

const PATH = '/admin/deliveries'
const FAILED_MAX = 100
const EVENTS_MAX = 50

/** `/admin/deliveries`: what could not be delivered and why, another try, and the newest events. */
export function deliveryRoutes(admin: AdminKit): Hono<WebEnv> {
  const { db } = admin.kit.tools.deps
  const app = new Hono<WebEnv>()

  app.get(PATH, async (c) => {
    const failed = await listFailed(db.kysely, FAILED_MAX)
    const events = await listEvents(db.kysely, { limit: EVENTS_MAX })
    const ui = admin.ui(c)
    const { t, number } = ui
    const token = admin.token(c)
    return admin.show(
      c,
      t('admin:tab.deliveries'),
      <>
        <Card title={t('admin:deliveries.failed')} note={t('admin:deliveries.note')}>
          {failed.length > 0 && (
            <Form action={`${PATH}/retry`} token={token} class="admin-form">
              <input type="hidden" name="id" value="all" />
              <button class="button" type="submit">
                {t('admin:deliveries.retry_all')}
              </button>
            </Form>
          )}
          <Rows
            none={t('admin:deliveries.none')}
            rows={failed.map((one) => (
              <>
                <strong>{one.eventType}</strong>
                <AccountLink ui={ui} id={one.accountId} />
                <span class="admin-wide">{t('admin:deliveries.to', { place: one.destination })}</span>
                <Moment ui={ui} at={one.failedAt} />
                <span class="admin-detail">
                  {ui.count('admin:deliveries.attempts', one.attempts)}{' '}
                  <bdi>{one.error ?? t('admin:deliveries.no_reason')}</bdi>
                </span>
                <Form action={`${PATH}/retry`} token={token} class="form-inline">
                  <input type="hidden" name="id" value={String(one.id)} />
                  <button class="button button-small" type="submit">
                    {t('admin:deliveries.retry')}
                  </button>
                </Form>
              </>
            ))}
          />
        </Card>
        <Card title={t('admin:deliveries.events')}>
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
                {!one.processed && <span class="admin-bad">{t('admin:deliveries.waiting')}</span>}
                <Detail detail={one.data} />
              </>
            ))}
          />
        </Card>
      </>,
    )
  })

  app.post(`${PATH}/retry`, (c) =>
    admin.act(c, PATH, async ({ id }, { actor }) => {
      const one = numberIn(id)
      if (id !== 'all' && one === null) return { problem: 'no_failed' }
      const count = await retryDeliveries(db, one === null ? 'all' : [one], actor)
      return count > 0 ? { done: 'retried' } : { problem: 'no_failed' }
    }),
  )

  return app
}
