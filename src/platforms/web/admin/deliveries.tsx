import { Hono } from 'hono'
import {
  type BrowsedDelivery,
  browseDeliveries,
  DELIVERY_STATES,
  type DeliveryWord,
} from '../../../core/admin/browse-deliveries.js'
import { retryDeliveries } from '../../../core/admin/retry-deliveries.js'
import { DESTINATIONS } from '../../../core/deliveries/delivery.js'
import { EVENT_TYPES } from '../../../core/events/event-types.js'
import type { WebEnv } from '../http/client-address.js'
import { numberIn } from '../http/number-in.js'
import { Form } from '../views/form.js'
import type { Ui } from '../views/ui.js'
import type { AdminKit } from './admin-kit.js'
import { failureReason } from './failure-reason.js'
import { choiceIn, FilterForm, kindChoice, Older, pageIn } from './filters.js'
import { AccountLink, Card, Moment, Rows } from './parts.js'

const PATH = '/admin/deliveries'
const LINES = 50

/** `/admin/deliveries`: what was, will be or could not be delivered, why, what mends it, and another try. */
export function deliveryRoutes(admin: AdminKit): Hono<WebEnv> {
  const { tools } = admin.kit
  const { db } = tools.deps
  const app = new Hono<WebEnv>()

  app.get(PATH, async (c) => {
    const page = pageIn((name) => c.req.query(name))
    if (!page) return tools.fail(c, { kind: 'page_not_found' })
    const { accountId, before } = page
    const state: DeliveryWord = choiceIn(DELIVERY_STATES, c.req.query('state')) ?? 'failed'
    const type = choiceIn(EVENT_TYPES, c.req.query('kind'))
    const destination = choiceIn(DESTINATIONS, c.req.query('platform'))
    const filter = { state, type, destination, accountId }
    const { deliveries, next } = await browseDeliveries(db.kysely, filter, { before, limit: LINES })
    const member = accountId === null ? null : String(accountId)
    const values = { state, kind: type, platform: destination, member }
    const ui = admin.ui(c)
    const { t } = ui
    const token = admin.token(c)
    return admin.show(
      c,
      t('admin:tab.deliveries'),
      <Card
        title={t(`admin:deliveries.title.${state}`)}
        note={state === 'failed' ? t('admin:deliveries.note') : undefined}
      >
        <FilterForm
          ui={ui}
          path={PATH}
          values={values}
          choices={[
            {
              name: 'state',
              label: t('admin:filter.state'),
              required: true,
              options: DELIVERY_STATES.map((one) => [one, t(`admin:delivery_state.${one}`)]),
            },
            {
              name: 'platform',
              label: t('admin:filter.destination'),
              options: DESTINATIONS.map((one) => [one, t(`admin:destination.${one}`)]),
            },
            kindChoice(ui),
          ]}
        />
        {state === 'failed' && deliveries.length > 0 && (
          <Form action={`${PATH}/retry`} token={token} class="admin-form">
            <input type="hidden" name="id" value="all" />
            <button class="button" type="submit">
              {t('admin:deliveries.retry_all')}
            </button>
          </Form>
        )}
        <Rows
          none={t(state === 'failed' ? 'admin:deliveries.none' : 'admin:deliveries.nothing')}
          rows={deliveries.map((one) => <DeliveryRow ui={ui} token={token} delivery={one} />)}
        />
        <Older ui={ui} path={PATH} values={values} next={next} isShort={deliveries.length < LINES} />
      </Card>,
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

function DeliveryRow({ ui, token, delivery }: { ui: Ui; token: string; delivery: BrowsedDelivery }) {
  const { t } = ui
  const { state, note } = delivery
  const reason = failureReason(note)
  return (
    <>
      <strong>{delivery.eventType}</strong>
      <AccountLink ui={ui} id={delivery.accountId} />
      <span>{t('admin:deliveries.to', { place: t(`admin:destination.${delivery.destination}`) })}</span>
      <Moment ui={ui} at={delivery.at} />
      {delivery.attempts > 0 && <span>{ui.count('admin:deliveries.attempts', delivery.attempts)}</span>}
      {state === 'failed' && (
        <>
          <span class="admin-detail">
            <strong class="admin-bad">{t(`admin:failure.${reason}.why`)}</strong>{' '}
            {t(`admin:failure.${reason}.mend`)}
          </span>
          <Form action={`${PATH}/retry`} token={token} class="form-inline">
            <input type="hidden" name="id" value={String(delivery.id)} />
            <button class="button button-small" type="submit">
              {t('admin:deliveries.retry')}
            </button>
          </Form>
        </>
      )}
      {note !== null && (
        <span class="admin-detail">
          <bdi>{note}</bdi>
        </span>
      )}
    </>
  )
}
