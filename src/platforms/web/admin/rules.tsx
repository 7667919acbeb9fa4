import type { Hono } from 'hono'
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
import type { Ui } from '../views/ui.js'
import type { AdminKit } from './admin-kit.js'
import { Card, Rows } from './parts.js'
import { rulePageRoutes } from './rule-page.js'
import { rankNameOf } from './rule-parts.js'

/** `/admin/rules`: what other thresholds would do to members' ranks, before they hold. */
export function ruleRoutes(admin: AdminKit): Hono<WebEnv> {
  const { db } = admin.kit.tools.deps
  return rulePageRoutes<Rank[]>(admin, {
    here: 'thresholds',
    words: 'rules',
    read: () => readLadder(db.kysely),
    figuresOf: (ranks) => ranks.map(({ xp_needed }) => xp_needed),
    fieldsOf: (ui, ranks) =>
      ranks.map((rank, at) => ({
        name: `rank-${rank.id}`,
        label: rankNameOf(ui, rank),
        ...(at === 0 && { max: 0 }),
      })),
    async check(ranks, thresholds) {
      if (!isLadder(thresholds, ranks)) return null
      const simulation = await simulateThresholds(db.kysely, ranks, thresholds)
      return (ui, lastStep) => (
        <Result ui={ui} ranks={ranks} simulation={simulation}>
          {lastStep}
        </Result>
      )
    },
    bad: 'bad_ladder',
    save: (order) => saveThresholds(db, order),
    saved: 'rules_saved',
  })
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
