import type { Hono } from 'hono'
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
import type { Ui } from '../views/ui.js'
import type { AdminKit } from './admin-kit.js'
import { Card, Rows } from './parts.js'
import { rulePageRoutes } from './rule-page.js'
import { rankNameOf } from './rule-parts.js'

/** `/admin/rules/rewards`: what other rewards for ranks would have paid, before they hold. */
export function rewardRoutes(admin: AdminKit): Hono<WebEnv> {
  const { db } = admin.kit.tools.deps
  return rulePageRoutes<Rank[]>(admin, {
    here: 'rewards',
    words: 'rewards',
    read: () => readLadder(db.kysely),
    figuresOf: (ranks) => ranks.map(({ reward_coins }) => reward_coins),
    fieldsOf: (ui, ranks) =>
      ranks.map((rank, at) => ({
        name: `reward-${rank.id}`,
        label: rankNameOf(ui, rank),
        max: at === 0 ? 0 : REWARD_MAX,
      })),
    async check(ranks, rewards) {
      if (!areRewards(rewards, ranks)) return null
      const simulation = await simulateRewards(db.kysely, ranks, rewards)
      return (ui, lastStep) => (
        <>
          <Result ui={ui} ranks={ranks} simulation={simulation} />
          {lastStep}
        </>
      )
    },
    bad: 'bad_rewards',
    save: (order) => saveRewards(db, order),
    saved: 'rewards_saved',
  })
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
