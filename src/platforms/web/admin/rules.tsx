import { Hono } from 'hono'
import type { Child } from '#jsx/jsx-runtime'
import {
  isLadder,
  readLadder,
  type Simulation,
  saveThresholds,
  simulateThresholds,
} from '../../../core/admin/thresholds.js'
import type { Rank } from '../../../core/progression/ranks.js'
import type { WebEnv } from '../http/client-address.js'
import { Form } from '../views/form.js'
import type { Ui } from '../views/ui.js'
import type { AdminKit } from './admin-kit.js'
import { Card, Input, Rows } from './parts.js'
import { numbersIn, RuleTabs, rankNameOf, SaveForm, shownIn, wholeIn } from './rule-parts.js'

const PATH = '/admin/rules'

/** `/admin/rules`: what other thresholds would do to members' ranks, before they hold. */
export function ruleRoutes(admin: AdminKit): Hono<WebEnv> {
  const { tools, forms } = admin.kit
  const { db } = tools.deps
  const app = new Hono<WebEnv>()

  app.get(PATH, async (c) => {
    const ranks = await readLadder(db.kysely)
    const ui = admin.ui(c)
    return admin.show(
      c,
      ui.t('admin:tab.rules'),
      <>
        <RuleTabs ui={ui} here="thresholds" />
        <LadderForm ui={ui} token={admin.token(c)} ranks={ranks} thresholds={now(ranks)} />
      </>,
    )
  })

  app.post(`${PATH}/simulate`, async (c) => {
    const fields = await forms.read(c)
    if (!fields) return c.redirect(`${PATH}?problem=stale_form`, 303)
    const ranks = await readLadder(db.kysely)
    const thresholds = thresholdsIn(fields, ranks)
    const ui = admin.ui(c)
    const token = admin.token(c)
    const title = ui.t('admin:tab.rules')
    const form = (
      <>
        <RuleTabs ui={ui} here="thresholds" />
        <LadderForm ui={ui} token={token} ranks={ranks} thresholds={thresholds} />
      </>
    )
    if (!isLadder(thresholds, ranks)) return admin.show(c, title, form, { problem: 'bad_ladder' })
    const simulation = await simulateThresholds(db.kysely, ranks, thresholds)
    return admin.show(
      c,
      title,
      <>
        <Result ui={ui} ranks={ranks} simulation={simulation}>
          <SaveForm
            ui={ui}
            action={`${PATH}/save`}
            token={token}
            before={now(ranks)}
            after={thresholds}
            sure={ui.t('admin:rules.sure')}
            save={ui.t('admin:rules.save')}
          />
        </Result>
        {form}
      </>,
    )
  })

  app.post(`${PATH}/save`, (c) =>
    admin.act(c, PATH, async (fields, { actor }) => {
      if (fields.sure !== 'on') return { problem: 'unsure' }
      const [before, after] = [numbersIn(fields.before), numbersIn(fields.after)]
      const saved = await saveThresholds(db, { before, after, actor })
      return saved.status === 'saved' ? { done: 'rules_saved' } : { problem: saved.status }
    }),
  )

  return app
}

function now(ranks: readonly Rank[]): number[] {
  return ranks.map(({ xp_needed }) => xp_needed)
}

/** What the form says; NaN for what is no whole number. */
function thresholdsIn(fields: Record<string, string>, ranks: readonly Rank[]): number[] {
  return ranks.map(({ id }) => wholeIn(fields[`rank-${id}`]))
}

function LadderForm(props: { ui: Ui; token: string; ranks: readonly Rank[]; thresholds: readonly number[] }) {
  const { ui, token, ranks, thresholds } = props
  return (
    <Card title={ui.t('admin:rules.title')} note={ui.t('admin:rules.note')}>
      <Form action={`${PATH}/simulate`} token={token} class="admin-form admin-ladder">
        {ranks.map((rank, at) => (
          <Input
            label={rankNameOf(ui, rank)}
            name={`rank-${rank.id}`}
            type="number"
            min={0}
            max={at === 0 ? 0 : undefined}
            value={shownIn(thresholds[at])}
          />
        ))}
        <button class="button" type="submit">
          {ui.t('admin:rules.simulate')}
        </button>
      </Form>
    </Card>
  )
}

function Result(props: { ui: Ui; ranks: readonly Rank[]; simulation: Simulation; children: Child }) {
  const { ui, ranks, simulation } = props
  const { t, number } = ui
  return (
    <Card
      title={t('admin:rules.result', { up: number(simulation.up), down: number(simulation.down) })}
      note={t('admin:rules.result_note')}
    >
      <Rows
        none={t('admin:rules.nobody')}
        rows={simulation.byRank.map(({ rankId, up, down }) => {
          const rank = ranks.find(({ id }) => id === rankId)
          return (
            <>
              <strong>{rank ? rankNameOf(ui, rank) : rankId}</strong>
              <span class="admin-good">{t('admin:rules.up', { n: number(up) })}</span>
              <span class="admin-bad">{t('admin:rules.down', { n: number(down) })}</span>
            </>
          )
        })}
      />
      {props.children}
    </Card>
  )
}
