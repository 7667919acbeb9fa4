import type { Child } from '#jsx/jsx-runtime'
import type { Ui } from '../views/ui.js'

/** A card with its heading. */
export function Card({ title, note, children }: { title: string; note?: string; children: Child }) {
  return (
    <section class="card admin-card">
      <h2>{title}</h2>
      {note && <p class="field-hint">{note}</p>}
      {children}
    </section>
  )
}

type InputProps = {
  label: string
  name: string
  type?: 'text' | 'number' | 'date' | 'search'
  value?: string
  min?: number
  max?: number
  step?: string
  maxlength?: number
  optional?: boolean
}

/** A field inside its label. */
export function Input({ label, optional, type = 'text', ...rest }: InputProps) {
  return (
    <label class="admin-field">
      <span>{label}</span>
      <input type={type} autocomplete="off" required={!optional} {...rest} />
    </label>
  )
}

/** Names and values side by side. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: Child])[] }) {
  return (
    <dl class="admin-facts">
      {facts.map(([name, value]) => (
        <div>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Rows of a list, or a word that there are none. */
export function Rows({ rows, none }: { rows: readonly Child[]; none: string }) {
  if (rows.length === 0) return <p class="soft">{none}</p>
  return (
    <ul class="admin-rows">
      {rows.map((row) => (
        <li>{row}</li>
      ))}
    </ul>
  )
}

/** An account as a link to its page here; a merged or erased one too. */
export function AccountLink({ ui, id }: { ui: Ui; id: number }) {
  return <a href={`/admin/members/${id}`}>{ui.t('admin:account', { id })}</a>
}

/** A moment for eyes and machines. */
export function Moment({ ui, at }: { ui: Ui; at: Date }) {
  return <time datetime={at.toISOString()}>{ui.moment(at)}</time>
}

/** Facts that something wrote down, as plain text. */
export function Detail({ detail }: { detail: Record<string, unknown> }) {
  const text = Object.entries(detail)
    .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')
  return text === '' ? null : (
    <span class="admin-detail">
      <bdi>{text}</bdi>
    </span>
  )
}
