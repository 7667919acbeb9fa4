import { EVENT_TYPES } from '../../../core/events/event-types.js'
import { numberIn } from '../http/number-in.js'
import type { Ui } from '../views/ui.js'
import { withQuery } from '../views/urls.js'
import { Input } from './parts.js'

/** What a word of the address chooses out of a list; null for none or any other word. */
export function choiceIn<T extends string>(list: readonly T[], word: string | undefined): T | null {
  return list.find((one) => one === word) ?? null
}

type Choice = {
  name: string
  label: string
  /** One of them is always chosen; otherwise all of them may be. */
  required?: boolean
  options: readonly (readonly [string, string])[]
}

/** By the kind of event. */
export function kindChoice({ t }: Ui): Choice {
  return { name: 'kind', label: t('admin:filter.kind'), options: EVENT_TYPES.map((one) => [one, one]) }
}

/** A form that narrows a list down: some choices, and whose it is. Works by address, so that a page can be kept. */
export function FilterForm(props: {
  ui: Ui
  path: string
  choices: readonly Choice[]
  values: Record<string, string | null>
}) {
  const { ui, path, choices, values } = props
  return (
    <form class="admin-form" method="get" action={path}>
      {choices.map(({ name, label, required, options }) => (
        <label class="admin-field">
          <span>{label}</span>
          <select name={name}>
            {!required && <option value="">{ui.t('admin:filter.all')}</option>}
            {options.map(([value, text]) => (
              <option value={value} selected={values[name] === value}>
                {text}
              </option>
            ))}
          </select>
        </label>
      ))}
      <Input
        label={ui.t('admin:filter.member')}
        name="member"
        type="number"
        min={1}
        value={values.member ?? ''}
        optional
      />
      <button class="button" type="submit">
        {ui.t('admin:filter.submit')}
      </button>
    </form>
  )
}

/** The way to older rows under the same filter; says so when a page is short because it looked at many. */
export function Older(props: {
  ui: Ui
  path: string
  values?: Record<string, string | null>
  next: number | null
  isShort?: boolean
}) {
  const { ui, path, values = {}, next, isShort = false } = props
  if (next === null) return null
  const kept = Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value ? [[key, value]] : [])),
  )
  return (
    <>
      {isShort && <p class="field-hint">{ui.t('admin:filter.short')}</p>}
      <p>
        <a class="button" href={withQuery(path, { ...kept, before: String(next) })} rel="next">
          {ui.t('admin:older')}
        </a>
      </p>
    </>
  )
}

/** Whose rows are wanted and before which number; null: the address names what is no number. */
export function pageIn(query: (name: string) => string | undefined): {
  accountId: number | null
  before: number | null
} | null {
  const [member, before] = [query('member') || undefined, query('before')]
  const [accountId, key] = [numberIn(member), numberIn(before)]
  if ((member !== undefined && accountId === null) || (before !== undefined && key === null)) return null
  return { accountId, before: key }
}
