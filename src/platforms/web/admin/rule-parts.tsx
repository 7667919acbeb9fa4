import type { Child } from '#jsx/jsx-runtime'
import type { Rank } from '../../../core/progression/ranks.js'
import { Form } from '../views/form.js'
import type { Ui } from '../views/ui.js'

/** The pages of the rules: thresholds, rewards, what acts pay. */
export const RULE_PAGES = {
  thresholds: '/admin/rules',
  rewards: '/admin/rules/rewards',
  pay: '/admin/rules/pay',
} as const

export type RulePageName = keyof typeof RULE_PAGES

/** The way between the pages of the rules. */
export function RuleTabs({ ui, here }: { ui: Ui; here: RulePageName }) {
  return (
    <nav class="choices" aria-label={ui.t('admin:rules.tabs')}>
      {Object.entries(RULE_PAGES).map(([word, href]) => (
        <a class="choice" href={href} aria-current={word === here ? 'page' : undefined}>
          {ui.t(`admin:rules.tab.${word}`)}
        </a>
      ))}
    </nav>
  )
}

/** The last step: what was checked is saved, when somebody is sure of it. */
export function SaveForm(props: {
  action: string
  token: string
  before: readonly number[]
  after: readonly number[]
  sure: string
  save: Child
}) {
  const { action, token, before, after } = props
  return (
    <Form action={action} token={token} class="admin-form">
      <input type="hidden" name="before" value={before.join(',')} />
      <input type="hidden" name="after" value={after.join(',')} />
      <label class="pick">
        <input type="checkbox" name="sure" required />
        <span>{props.sure}</span>
      </label>
      <button class="button button-danger" type="submit">
        {props.save}
      </button>
    </Form>
  )
}

export function rankNameOf(ui: Ui, rank: Rank): string {
  return ui.t('common:rank', { tier: rank.tier, star: rank.star })
}
