// The command picker, a command's form, and modals that the bot opens.

import { closer, dialog } from './sandbox-discord-card.js'
import { act, byId, el, notice, now, t } from './sandbox-discord-dom.js'
import { guildNow, membersNow } from './sandbox-discord-side.js'

const picker = byId('dc-picker')
const form = byId('dc-command')
const input = byId('dc-input')
const opener = byId('dc-slash')
let active = 0

const offered = () => (guildNow()?.commands ?? now.state.dmCommands).filter((one) => one.type === 1)

export function closePicker() {
  picker.hidden = true
  opener.setAttribute('aria-expanded', 'false')
}

/** Shows commands that begin with what was typed after the slash. */
export function showPicker(typed) {
  const wanted = typed.replace(/^\//, '').trim().toLowerCase()
  const fits = offered().filter(
    (one) => one.label.toLowerCase().startsWith(wanted) || one.name.startsWith(wanted),
  )
  active = 0
  picker.replaceChildren(
    ...fits.map((one, index) =>
      el(
        'button',
        {
          type: 'button',
          role: 'option',
          className: 'dc-option',
          'aria-selected': String(index === 0),
          onClick: () => choose(one),
        },
        el('b', {}, `/${one.label}`),
        el('span', { className: 'dc-option-names' }, one.options.map((option) => option.label).join(' ')),
        el('small', {}, one.hint),
      ),
    ),
  )
  if (fits.length === 0) picker.append(el('p', { className: 'dc-note' }, t('noCommands')))
  picker.hidden = false
  opener.setAttribute('aria-expanded', 'true')
}

function move(step) {
  const list = [...picker.querySelectorAll('.dc-option')]
  if (list.length === 0) return
  active = (active + step + list.length) % list.length
  list.forEach((one, index) => {
    one.setAttribute('aria-selected', String(index === active))
  })
  list[active].scrollIntoView({ block: 'nearest' })
}

/** Takes keys while the picker is open; true when it used one. */
export function pickerKey(event) {
  if (picker.hidden) return false
  if (event.key === 'ArrowDown') move(1)
  else if (event.key === 'ArrowUp') move(-1)
  else if (event.key === 'Escape') closePicker()
  else if (event.key === 'Enter' || event.key === 'Tab')
    picker.querySelectorAll('.dc-option')[active]?.click()
  else return false
  event.preventDefault()
  return true
}

function choose(command) {
  closePicker()
  input.value = ''
  if (command.options.length === 0) void run(command, {})
  else openForm(command)
}

async function run(command, options) {
  const done = await act('slash', { channel: now.channel, name: command.name, options })
  if (done) closeForm()
  return done
}

export function closeForm() {
  form.hidden = true
  byId('dc-composer').hidden = false
  form.replaceChildren()
}

function choicesFor(option) {
  const guild = guildNow()
  if (option.choices.length > 0) return option.choices.map((one) => [one.value, one.label])
  if (option.type === 5)
    return [
      ['true', t('yes')],
      ['false', t('no')],
    ]
  if (option.type === 6 || option.type === 9) return membersNow().map((one) => [one.id, one.name])
  if (option.type === 7) return (guild?.channels ?? []).map((one) => [one.id, one.name])
  if (option.type === 8) return (guild?.roles ?? []).map((one) => [one.id, one.name])
  return null
}

function field(option) {
  const choices = choicesFor(option)
  const props = {
    name: option.name,
    className: 'dc-field-input',
    required: option.required,
    autocomplete: 'off',
  }
  if (choices) {
    const list = choices.map(([value, label]) => el('option', { value }, label))
    return el('select', props, el('option', { value: '' }, option.required ? t('pick') : '—'), list)
  }
  const number = option.type === 4 || option.type === 10
  const bounds = number
    ? { min: option.min ?? undefined, max: option.max ?? undefined }
    : { minlength: option.min ?? undefined, maxlength: option.max ?? undefined }
  return el('input', {
    ...props,
    type: number ? 'number' : 'text',
    step: option.type === 10 ? 'any' : undefined,
    ...bounds,
  })
}

function typed(option, text) {
  if (option.type === 5) return text === 'true'
  return option.type === 4 || option.type === 10 ? Number(text) : text
}

function openForm(command) {
  const fields = command.options.map((option) =>
    el(
      'label',
      { className: 'dc-label' },
      el(
        'span',
        {},
        option.label,
        option.required ? null : el('small', { className: 'dc-note' }, ` ${t('optional')}`),
      ),
      field(option),
      el('small', { className: 'dc-note' }, option.hint),
    ),
  )
  form.replaceChildren(
    el(
      'p',
      { className: 'dc-command-name' },
      el('b', {}, `/${command.label}`),
      ' ',
      el('small', {}, command.hint),
    ),
    el('div', { className: 'dc-command-fields' }, fields),
    el(
      'div',
      { className: 'dc-row' },
      el('button', { type: 'button', className: 'dc-button secondary', onClick: closeForm }, t('cancel')),
      el('button', { type: 'submit', className: 'dc-button primary' }, t('run')),
    ),
  )
  form.onsubmit = (event) => {
    event.preventDefault()
    const data = new FormData(form)
    const filled = command.options.filter((option) => String(data.get(option.name) ?? '') !== '')
    void run(
      command,
      Object.fromEntries(filled.map((option) => [option.name, typed(option, String(data.get(option.name)))])),
    )
  }
  form.hidden = false
  byId('dc-composer').hidden = true
  form.querySelector('input, select')?.focus()
}

function modalField(part) {
  if (part.type === 10) return el('p', {}, part.content)
  const one = part.type === 18 ? part.component : part.components?.[0]
  if (!one) return null
  const label = part.type === 18 ? part.label : one.label
  const common = { name: one.custom_id, className: 'dc-field-input', required: one.required !== false }
  let control
  if (one.type === 3) {
    control = el(
      'select',
      common,
      (one.options ?? []).map((option) => el('option', { value: option.value }, option.label)),
    )
  } else {
    const props = {
      ...common,
      placeholder: one.placeholder,
      minlength: one.min_length,
      maxlength: one.max_length,
      autocomplete: 'off',
    }
    control =
      one.style === 2 ? el('textarea', { ...props, rows: 4 }) : el('input', { ...props, type: 'text' })
    control.value = one.value ?? ''
  }
  const hint = part.description ? el('small', { className: 'dc-note' }, part.description) : null
  return el('label', { className: 'dc-label' }, el('span', {}, label), hint, control)
}

/** Shows a modal that the bot opened. */
export function openModal({ interaction, modal }) {
  const close = () => dialog.close()
  const body = el(
    'form',
    { className: 'dc-card' },
    el('header', { className: 'dc-card-head' }, el('h2', {}, modal.title), closer(close)),
    modal.components.map(modalField),
    el('p', { className: 'dc-dialog-note', role: 'alert' }),
    el(
      'div',
      { className: 'dc-row' },
      el('button', { type: 'button', className: 'dc-button secondary', onClick: close }, t('cancel')),
      el('button', { type: 'submit', className: 'dc-button primary' }, t('submit')),
    ),
  )
  body.addEventListener('submit', async (event) => {
    event.preventDefault()
    const values = Object.fromEntries([...new FormData(body)].map(([name, value]) => [name, String(value)]))
    if (await act('modal', { interaction, values })) close()
  })
  notice('')
  dialog.replaceChildren(body)
  if (!dialog.open) dialog.showModal()
  body.querySelector('.dc-field-input')?.focus()
}

opener.addEventListener('click', () => {
  if (!picker.hidden) {
    closePicker()
    return
  }
  showPicker('/')
  input.focus()
})
