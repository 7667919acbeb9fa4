import type { Child } from '#jsx/jsx-runtime'
import type { Rank } from '../../../core/progression/ranks.js'
import { Form } from '../views/form.js'
import type { Ui } from '../views/ui.js'

/** The pages of the rules: thresholds, rewards, what acts pay. */
const RULE_PAGES = [
  { word: 'thresholds', href: '/admin/rules' },
  { word: 'rewards', href: '/admin/rules/rewards' },
  { word: 'pay', href: '/admin/rules/pay' },
] as const

/** The way between the pages of the rules. */
export function RuleTabs({ ui, here }: { ui: Ui; here: (typeof RULE_PAGES)[number]['word'] }) {
  return (
    <nav class="choices" aria-label={ui.t('admin:rules.tabs')}>
      {RULE_PAGES.map(({ word, href }) => (
        <a class="choice" href={href} aria-current={word === here ? 'page' : undefined}>
          {ui.t(`admin:rules.tab.${word}`)}
        </a>
      ))}
    </nav>
  )
}

/** The last step: what was checked is saved, when somebody is sure of it. */
export function SaveForm(props: {
  ui: Ui
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

/** Whole numbers of a list with commas; NaN for what is none. */
export function numbersIn(text = ''): number[] {
  return text.split(',').map(wholeIn)
}

/** A whole number from 0 of a form; NaN for what is none. */
export function wholeIn(text = ''): number {
  return /^\d{1,13}$/.test(text.trim()) ? Number(text) : Number.NaN
}

/** A number as a field shows it again, also when it was none. */
export function shownIn(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '' : String(value)
}
