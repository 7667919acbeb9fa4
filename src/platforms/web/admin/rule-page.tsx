import { Hono } from 'hono'
import type { Child } from '#jsx/jsx-runtime'
import type { WebEnv } from '../http/client-address.js'
import { Form } from '../views/form.js'
import type { Ui } from '../views/ui.js'
import type { AdminKit, Ending } from './admin-kit.js'
import { Card, Input } from './parts.js'
import { RULE_PAGES, type RulePageName, RuleTabs, SaveForm } from './rule-parts.js'

type Done = Extract<Ending, { done: string }>['done']
type Problem = Extract<Ending, { problem: string }>['problem']

/** A figure that the form asks for: a whole number from 0 to `max`. */
type RuleField = { name: string; label: string; max?: number }

/** A page of rules: what holds, a form for other figures, what they would change, and the step that makes them hold. */
export type RulePage<Held> = {
  here: RulePageName
  /** Whose words it speaks: `admin:<words>.title`, `note`, `sure`, `save`. */
  words: 'rules' | 'rewards' | 'pay'
  /** What holds, as the database has it now. */
  read: () => Promise<Held>
  figuresOf: (held: Held) => number[]
  /** One for each figure, in their order. */
  fieldsOf: (ui: Ui, held: Held) => readonly RuleField[]
  /** What other figures would change, drawn around the last step; null where they are no rules. */
  check: (held: Held, figures: readonly number[]) => Promise<((ui: Ui, lastStep: Child) => Child) | null>
  bad: Problem
  save: (order: {
    before: number[]
    after: number[]
    actor: string
  }) => Promise<{ status: 'saved' | Problem }>
  saved: Done
}

/** The routes of a page of rules: the page, `/simulate` and `/save` below it. */
export function rulePageRoutes<Held>(admin: AdminKit, page: RulePage<Held>): Hono<WebEnv> {
  const { forms } = admin.kit
  const path = RULE_PAGES[page.here]
  const app = new Hono<WebEnv>()

  const form = (ui: Ui, token: string, held: Held, figures: readonly number[]) => (
    <Card title={ui.t(`admin:${page.words}.title`)} note={ui.t(`admin:${page.words}.note`)}>
      <Form action={`${path}/simulate`} token={token} class="admin-form admin-ladder">
        {page.fieldsOf(ui, held).map(({ name, label, max }, at) => (
          <Input label={label} name={name} type="number" min={0} max={max} value={shownIn(figures[at])} />
        ))}
        <button class="button" type="submit">
          {ui.t('admin:rules.simulate')}
        </button>
      </Form>
    </Card>
  )

  app.get(path, async (c) => {
    const held = await page.read()
    const ui = admin.ui(c)
    return admin.show(
      c,
      ui.t('admin:tab.rules'),
      <>
        <RuleTabs ui={ui} here={page.here} />
        {form(ui, admin.token(c), held, page.figuresOf(held))}
      </>,
    )
  })

  app.post(`${path}/simulate`, async (c) => {
    const given = await forms.read(c)
    if (!given) return c.redirect(`${path}?problem=stale_form`, 303)
    const held = await page.read()
    const ui = admin.ui(c)
    const token = admin.token(c)
    const figures = page.fieldsOf(ui, held).map(({ name }) => wholeIn(given[name]))
    const result = await page.check(held, figures)
    const lastStep = (
      <SaveForm
        action={`${path}/save`}
        token={token}
        before={page.figuresOf(held)}
        after={figures}
        sure={ui.t(`admin:${page.words}.sure`)}
        save={ui.t(`admin:${page.words}.save`)}
      />
    )
    return admin.show(
      c,
      ui.t('admin:tab.rules'),
      <>
        <RuleTabs ui={ui} here={page.here} />
        {result?.(ui, lastStep)}
        {form(ui, token, held, figures)}
      </>,
      result ? undefined : { problem: page.bad },
    )
  })

  app.post(`${path}/save`, (c) =>
    admin.act(c, path, async (fields, { actor }) => {
      if (fields.sure !== 'on') return { problem: 'unsure' }
      const order = { before: numbersIn(fields.before), after: numbersIn(fields.after), actor }
      const { status } = await page.save(order)
      return status === 'saved' ? { done: page.saved } : { problem: status }
    }),
  )

  return app
}

/** Whole numbers of a list with commas; NaN for what is none. */
function numbersIn(text = ''): number[] {
  return text.split(',').map(wholeIn)
}

/** A whole number from 0 of a form; NaN for what is none. */
function wholeIn(text = ''): number {
  return /^\d{1,13}$/.test(text.trim()) ? Number(text) : Number.NaN
}

/** A number as a field shows it again, also when it was none. */
function shownIn(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '' : String(value)
}
