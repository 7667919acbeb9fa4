import { Hono } from 'hono'
import { figuresOf, PAY_FIGURES, withFigures } from '../../../core/admin/pay-figures.js'
import { type PaySimulation, savePay, simulatePay } from '../../../core/admin/simulate-pay.js'
import { loadRules } from '../../../core/progression/load-rules.js'
import type { Rules } from '../../../core/progression/rules.js'
import type { Reader } from '../../../db/connect.js'
import type { WebEnv } from '../http/client-address.js'
import { Form } from '../views/form.js'
import type { Ui } from '../views/ui.js'
import type { AdminKit } from './admin-kit.js'
import { Card, Facts, Input, Moment, Rows } from './parts.js'
import { numbersIn, RuleTabs, SaveForm, shownIn, wholeIn } from './rule-parts.js'

const PATH = '/admin/rules/pay'

/** `/admin/rules/pay`: what other figures for messages, voice and games would have done to the last days. */
export function payRoutes(admin: AdminKit): Hono<WebEnv> {
  const { tools, forms } = admin.kit
  const { db, rules: running, settings } = tools.deps
  const app = new Hono<WebEnv>()
  // As the database has them now: the running program may be half a minute behind.
  const load = (reader: Reader): Promise<Rules> =>
    loadRules(reader, { pay: running().pay, timeZone: settings.timeZone })

  app.get(PATH, async (c) => {
    const rules = await load(db.kysely)
    const ui = admin.ui(c)
    return admin.show(
      c,
      ui.t('admin:tab.rules'),
      <>
        <RuleTabs ui={ui} here="pay" />
        <PayForm ui={ui} token={admin.token(c)} values={figuresOf(rules)} />
      </>,
    )
  })

  app.post(`${PATH}/simulate`, async (c) => {
    const fields = await forms.read(c)
    if (!fields) return c.redirect(`${PATH}?problem=stale_form`, 303)
    const rules = await load(db.kysely)
    const values = PAY_FIGURES.map(({ name }) => wholeIn(fields[`pay-${name}`]))
    const then = withFigures(rules, values)
    const ui = admin.ui(c)
    const { t } = ui
    const token = admin.token(c)
    const tabs = <RuleTabs ui={ui} here="pay" />
    const form = <PayForm ui={ui} token={token} values={values} />
    if (!then)
      return admin.show(
        c,
        t('admin:tab.rules'),
        <>
          {tabs}
          {form}
        </>,
        { problem: 'bad_figures' },
      )
    return admin.show(
      c,
      t('admin:tab.rules'),
      <>
        {tabs}
        <Result ui={ui} simulation={await simulatePay(db.kysely, rules, then)} />
        <SaveForm
          ui={ui}
          action={`${PATH}/save`}
          token={token}
          before={figuresOf(rules)}
          after={values}
          sure={t('admin:pay.sure')}
          save={t('admin:pay.save')}
        />
        {form}
      </>,
    )
  })

  app.post(`${PATH}/save`, (c) =>
    admin.act(c, PATH, async (fields, { actor }) => {
      if (fields.sure !== 'on') return { problem: 'unsure' }
      const order = { before: numbersIn(fields.before), after: numbersIn(fields.after), actor }
      const saved = await savePay(db, order, load)
      return saved.status === 'saved' ? { done: 'pay_saved' } : { problem: saved.status }
    }),
  )

  return app
}

function PayForm({ ui, token, values }: { ui: Ui; token: string; values: readonly number[] }) {
  const { t } = ui
  return (
    <Card title={t('admin:pay.title')} note={t('admin:pay.note')}>
      <Form action={`${PATH}/simulate`} token={token} class="admin-form admin-ladder">
        {PAY_FIGURES.map(({ name, max }, at) => (
          <Input
            label={t(`admin:pay.figure.${name}`)}
            name={`pay-${name}`}
            type="number"
            min={0}
            max={max}
            value={shownIn(values[at])}
          />
        ))}
        <button class="button" type="submit">
          {t('admin:rules.simulate')}
        </button>
      </Form>
    </Card>
  )
}

function Result({ ui, simulation }: { ui: Ui; simulation: PaySimulation }) {
  const { t, number } = ui
  const { events, changed, members, since, xp, coins } = simulation
  const percent = events === 0 ? 0 : Math.round((changed / events) * 1000) / 10
  const fromTo = ({ before, after }: { before: number; after: number }) =>
    t('admin:rules.from_to', { before: number(before), after: number(after) })
  return (
    <Card
      title={t('admin:pay.result', { percent: number(percent) })}
      note={t('admin:pay.result_note', { events: number(events) })}
    >
      <Facts
        facts={[
          [t('admin:pay.changed'), `${number(changed)} / ${number(events)}`],
          [t('admin:pay.members'), number(members)],
          ['XP', fromTo(xp)],
          [t('admin:member.coins'), fromTo(coins)],
          ...(since ? [[t('admin:pay.since'), <Moment ui={ui} at={since} />] as const] : []),
        ]}
      />
      <Rows
        none={t('admin:pay.nothing')}
        rows={simulation.byType
          .filter((one) => one.changed > 0)
          .map((one) => (
            <>
              <strong>{t(`admin:pay.type.${one.type}`)}</strong>
              <span>{number(one.changed)}</span>
              <span class={one.after > one.before ? 'admin-good' : 'admin-bad'}>{fromTo(one)} XP</span>
            </>
          ))}
      />
    </Card>
  )
}
