import type { Hono } from 'hono'
import { figuresOf, PAY_FIGURES, withFigures } from '../../../core/admin/pay-figures.js'
import { type PaySimulation, savePay, simulatePay } from '../../../core/admin/simulate-pay.js'
import { loadRules } from '../../../core/progression/load-rules.js'
import type { Rules } from '../../../core/progression/rules.js'
import type { Reader } from '../../../db/connect.js'
import type { WebEnv } from '../http/client-address.js'
import type { Ui } from '../views/ui.js'
import type { AdminKit } from './admin-kit.js'
import { Card, Facts, Moment, Rows } from './parts.js'
import { rulePageRoutes } from './rule-page.js'

/** `/admin/rules/pay`: what other figures for messages, voice and games would have done to the last days. */
export function payRoutes(admin: AdminKit): Hono<WebEnv> {
  const { db, rules: running, settings } = admin.kit.tools.deps
  // As the database has them now: the running program may be half a minute behind.
  const load = (reader: Reader): Promise<Rules> =>
    loadRules(reader, { pay: running().pay, timeZone: settings.timeZone })
  return rulePageRoutes<Rules>(admin, {
    here: 'pay',
    words: 'pay',
    read: () => load(db.kysely),
    figuresOf,
    fieldsOf: (ui) =>
      PAY_FIGURES.map(({ name, max }) => ({
        name: `pay-${name}`,
        label: ui.t(`admin:pay.figure.${name}`),
        max,
      })),
    async check(rules, figures) {
      const then = withFigures(rules, figures)
      if (!then) return null
      const simulation = await simulatePay(db.kysely, rules, then)
      return (ui, lastStep) => (
        <>
          <Result ui={ui} simulation={simulation} />
          {lastStep}
        </>
      )
    },
    bad: 'bad_figures',
    save: (order) => savePay(db, order, load),
    saved: 'pay_saved',
  })
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
