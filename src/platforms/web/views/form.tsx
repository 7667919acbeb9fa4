import type { Child } from '#jsx/jsx-runtime'

/** A form that is sent by POST, with the token that proves where it came from. */
export function Form(props: { action: string; token: string; class?: string; children: Child }) {
  return (
    <form class={props.class ?? 'form'} method="post" action={props.action}>
      <input type="hidden" name="form" value={props.token} />
      {props.children}
    </form>
  )
}

export type FieldProps = {
  name: string
  label: string
  type?: 'text' | 'email' | 'password'
  autocomplete: string
  hint?: string
  value?: string
  minlength?: number
  maxlength?: number
  autofocus?: boolean
}

/** A labelled field that must be filled; its hint is read with it. */
export function Field(props: FieldProps) {
  const id = `field-${props.name}`
  const hintId = props.hint ? `${id}-hint` : undefined
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <input
        id={id}
        name={props.name}
        type={props.type ?? 'text'}
        autocomplete={props.autocomplete}
        value={props.value}
        minlength={props.minlength}
        maxlength={props.maxlength}
        autofocus={props.autofocus}
        aria-describedby={hintId}
        autocapitalize={props.type ? 'none' : undefined}
        required
      />
      {props.hint && (
        <p class="field-hint" id={hintId}>
          {props.hint}
        </p>
      )}
    </div>
  )
}

/** A word that must not be missed: what happened and what to do. `calm` is good news. */
export function Alert(props: { title?: string; text: string; more?: string; calm?: boolean }) {
  return (
    <div class={props.calm ? 'alert alert-calm' : 'alert'} role={props.calm ? 'status' : 'alert'}>
      {props.title && <p class="alert-title">{props.title}</p>}
      <p>{props.text}</p>
      {props.more && <p>{props.more}</p>}
    </div>
  )
}
