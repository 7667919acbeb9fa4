import { Hono } from 'hono'
import {
  areRewards,
  REWARD_MAX,
  type RewardSimulation,
  saveRewards,
  simulateRewards,
} from '../../../core/admin/rewards.js'
import { readLadder } from '../../../core/admin/thresholds.js'
import type { Rank } from '../../../core/progression/ranks.js'
import type { WebEnv } from '../http/client-address.js'
import { Form } from '../views/form.js'
import type { Ui } from '../views/ui.js'
import type { AdminKit } from './admin-kit.js'
import { Card, Input, Rows } from './parts.js'
import { numbersIn, RuleTabs, rankNameOf, SaveForm, shownIn, wholeIn } from './rule-parts.js'

const PATH = '/admin/rules/rewards'

/** `/admin/rules/rewards`: what other rewards for ranks would have paid, before they hold. */
export function rewardRoutes(admin: AdminKit): Hono<WebEnv> {
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
        <RuleTabs ui={ui} here="rewards" />
        <RewardForm ui={ui} token={admin.token(c)} ranks={ranks} rewards={held(ranks)} />
      </>,
    )
  })

  app.post(`${PATH}/simulate`, async (c) => {
    const fields = await forms.read(c)
    if (!fields) return c.redirect(`${PATH}?problem=stale_form`, 303)
    const ranks = await readLadder(db.kysely)
    const rewards = ranks.map(({ id }) => wholeIn(fields[`reward-${id}`]))
    const ui = admin.ui(c)
    const { t } = ui
    const token = admin.token(c)
    const tabs = <RuleTabs ui={ui} here="rewards" />
    const form = <RewardForm ui={ui} token={token} ranks={ranks} rewards={rewards} />
    if (!areRewards(rewards, ranks))
      return admin.show(
        c,
        t('admin:tab.rules'),
        <>
          {tabs}
          {form}
        </>,
        { problem: 'bad_rewards' },
      )
    const simulation = await simulateRewards(db.kysely, ranks, rewards)
    return admin.show(
      c,
      t('admin:tab.rules'),
      <>
        {tabs}
        <Result ui={ui} ranks={ranks} simulation={simulation} />
        <SaveForm
          ui={ui}
          action={`${PATH}/save`}
          token={token}
          before={held(ranks)}
          after={rewards}
          sure={t('admin:rewards.sure')}
          save={t('admin:rewards.save')}
        />
        {form}
      </>,
    )
  })

  app.post(`${PATH}/save`, (c) =>
    admin.act(c, PATH, async (fields, { actor }) => {
      if (fields.sure !== 'on') return { problem: 'unsure' }
      const order = { before: numbersIn(fields.before), after: numbersIn(fields.after), actor }
      const saved = await saveRewards(db, order)
      return saved.status === 'saved' ? { done: 'rewards_saved' } : { problem: saved.status }
    }),
  )

  return app
}

function held(ranks: readonly Rank[]): number[] {
  return ranks.map(({ reward_coins }) => reward_coins)
}

function RewardForm(props: { ui: Ui; token: string; ranks: readonly Rank[]; rewards: readonly number[] }) {
  const { ui, token, ranks, rewards } = props
  return (
    <Card title={ui.t('admin:rewards.title')} note={ui.t('admin:rewards.note')}>
      <Form action={`${PATH}/simulate`} token={token} class="admin-form admin-ladder">
        {ranks.map((rank, at) => (
          <Input
            label={rankNameOf(ui, rank)}
            name={`reward-${rank.id}`}
            type="number"
            min={0}
            max={at === 0 ? 0 : REWARD_MAX}
            value={shownIn(rewards[at])}
          />
        ))}
        <button class="button" type="submit">
          {ui.t('admin:rules.simulate')}
        </button>
      </Form>
    </Card>
  )
}

function Result(props: { ui: Ui; ranks: readonly Rank[]; simulation: RewardSimulation }) {
  const { ui, ranks, simulation } = props
  const { t, number } = ui
  const { paid, changes } = simulation
  return (
    <Card
      title={t('admin:rewards.result', { before: number(paid.before), after: number(paid.after) })}
      note={t('admin:rewards.result_note')}
    >
      <Rows
        none={t('admin:rewards.nothing')}
        rows={changes.map(({ rankId, before, after, waiting, reached }) => {
          const rank = ranks.find(({ id }) => id === rankId)
          return (
            <>
              <strong>{rank ? rankNameOf(ui, rank) : rankId}</strong>
              <span class={after > before ? 'admin-good' : 'admin-bad'}>
                {t('admin:rules.from_to', { before: number(before), after: number(after) })}
              </span>
              <span class="admin-detail">
                {ui.count('admin:rewards.reached', reached)} {ui.count('admin:rewards.waiting', waiting)}
              </span>
            </>
          )
        })}
      />
    </Card>
  )
}
