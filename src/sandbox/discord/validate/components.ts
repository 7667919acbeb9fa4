import type { Json } from '../model/types.js'
import { type Form, isObject, type Path } from './form.js'

const COMPONENT = { row: 1, button: 2, stringSelect: 3, textInput: 4, text: 10, label: 18 } as const
const SELECTS = [3, 5, 6, 7, 8]
const isSelect = (type: unknown): boolean => SELECTS.includes(Number(type))

/** Counts ids and watches that no custom_id comes twice. */
interface Seen {
  nextId: number
  readonly customIds: Set<string>
}

function customId(form: Form, component: Json, path: Path, seen: Seen): void {
  const id = form.text(component, 'custom_id', path, { required: true, min: 1, max: 100 })
  if (id === undefined) return
  if (seen.customIds.has(id)) {
    form.fail(
      [...path, 'custom_id'],
      'COMPONENT_CUSTOM_ID_DUPLICATED',
      'Component custom id cannot be duplicated',
    )
  }
  seen.customIds.add(id)
}

function checkButton(form: Form, button: Json, path: Path, seen: Seen): void {
  const style = form.whole(button, 'style', path, 1, 6)
  if (style === undefined) form.fail([...path, 'style'], 'BASE_TYPE_REQUIRED', 'This field is required')
  form.text(button, 'label', path, { max: 80 })
  form.flag(button, 'disabled', path)
  if (style === 5) {
    const url = form.text(button, 'url', path, { required: true, min: 1, max: 512 })
    if (url !== undefined && !/^(https?|discord):\/\//.test(url)) {
      form.fail(
        [...path, 'url'],
        'URL_TYPE_INVALID_SCHEME',
        `Scheme must be one of ('http', 'https', 'discord').`,
      )
    }
    if (button.custom_id !== undefined) {
      form.fail(
        [...path, 'custom_id'],
        'BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE',
        'A custom id and url cannot both be specified',
      )
    }
  } else {
    customId(form, button, path, seen)
  }
  if (!button.label && !button.emoji) {
    form.fail(path, 'BUTTON_COMPONENT_INVALID_LABEL', 'A button must have a label or an emoji')
  }
}

function checkSelect(form: Form, select: Json, path: Path, seen: Seen): void {
  customId(form, select, path, seen)
  form.text(select, 'placeholder', path, { max: 150 })
  const least = form.whole(select, 'min_values', path, 0, 25) ?? 1
  const most = form.whole(select, 'max_values', path, 1, 25) ?? 1
  if (least > most)
    form.fail([...path, 'min_values'], 'NUMBER_TYPE_MAX', 'min_values must not exceed max_values')
  if (select.type !== COMPONENT.stringSelect) return
  const options = form.objects(select, 'options', path, 25, 1)
  if (!options) form.fail([...path, 'options'], 'BASE_TYPE_REQUIRED', 'This field is required')
  const values = new Set<string>()
  options?.forEach((option, index) => {
    const at = [...path, 'options', index]
    form.text(option, 'label', at, { required: true, min: 1, max: 100 })
    form.text(option, 'description', at, { max: 100 })
    const value = form.text(option, 'value', at, { required: true, min: 1, max: 100 })
    if (value !== undefined && values.has(value)) {
      form.fail(
        [...at, 'value'],
        'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
        'The specified option value is already used',
      )
    }
    if (value !== undefined) values.add(value)
  })
}

function checkTextInput(form: Form, input: Json, path: Path, seen: Seen, labelled: boolean): void {
  customId(form, input, path, seen)
  const style = form.whole(input, 'style', path, 1, 2)
  if (style === undefined) form.fail([...path, 'style'], 'BASE_TYPE_REQUIRED', 'This field is required')
  form.text(input, 'label', path, labelled ? { max: 45 } : { required: true, min: 1, max: 45 })
  form.text(input, 'placeholder', path, { max: 100 })
  form.text(input, 'value', path, { max: 4_000 })
  form.whole(input, 'min_length', path, 0, 4_000)
  form.whole(input, 'max_length', path, 1, 4_000)
}

/** Discord numbers the components that come without an id, parents first. */
function numbered(component: Json, seen: Seen): Json {
  const id = seen.nextId++
  return { ...component, id: component.id ?? id }
}

function checkRow(form: Form, row: Json, path: Path, seen: Seen): Json {
  const own = numbered(row, seen)
  const children = form.objects(row, 'components', path, 5, 1)
  if (!children) form.fail([...path, 'components'], 'BASE_TYPE_REQUIRED', 'This field is required')
  const selects = (children ?? []).filter((one) => isSelect(one.type)).length
  if (selects > 0 && (children?.length ?? 0) > 1) {
    form.fail(
      [...path, 'components'],
      'COMPONENT_LAYOUT_WIDTH_EXCEEDED',
      'The specified component exceeds the maximum width',
    )
  }
  const read = (children ?? []).map((child, index) => {
    const at = [...path, 'components', index]
    if (child.type === COMPONENT.button) checkButton(form, child, at, seen)
    else if (isSelect(child.type)) checkSelect(form, child, at, seen)
    else form.choice(child.type, [2, 3, 5, 6, 7, 8], [...at, 'type'])
    return numbered(child, seen)
  })
  return { ...own, components: read }
}

/** Checks a message's components: at most 5 rows of at most 5 buttons or one select each. */
export function readComponents(form: Form, body: Json): Json[] | undefined {
  const rows = form.objects(body, 'components', [], 5)
  const seen: Seen = { nextId: 1, customIds: new Set() }
  return rows?.map((row, index) => {
    const path: Path = ['components', index]
    if (row.type !== COMPONENT.row) {
      form.choice(row.type, [COMPONENT.row], [...path, 'type'])
      return row
    }
    return checkRow(form, row, path, seen)
  })
}

/** Checks the modal of an answer of type 9: title, custom_id and 1 to 5 inputs in rows or labels. */
export function readModal(form: Form, data: Json): Json {
  const path: Path = ['data']
  form.text(data, 'custom_id', path, { required: true, min: 1, max: 100 })
  form.text(data, 'title', path, { required: true, min: 1, max: 45 })
  const parts = form.objects(data, 'components', path, 5, 1)
  if (!parts) form.fail([...path, 'components'], 'BASE_TYPE_REQUIRED', 'This field is required')
  const seen: Seen = { nextId: 1, customIds: new Set() }
  const components = (parts ?? []).map((part, index) =>
    readModalPart(form, part, [...path, 'components', index], seen),
  )
  return { custom_id: data.custom_id, title: data.title, components }
}

function readModalPart(form: Form, part: Json, path: Path, seen: Seen): Json {
  const own = numbered(part, seen)
  if (part.type === COMPONENT.text) {
    form.text(part, 'content', path, { required: true, min: 1, max: 4_000 })
    return own
  }
  if (part.type === COMPONENT.label) {
    form.text(part, 'label', path, { required: true, min: 1, max: 45 })
    form.text(part, 'description', path, { max: 100 })
    const child = part.component
    if (!isObject(child)) {
      form.fail([...path, 'component'], 'BASE_TYPE_REQUIRED', 'This field is required')
      return own
    }
    checkInput(form, child, [...path, 'component'], seen, true)
    return { ...own, component: numbered(child, seen) }
  }
  if (part.type !== COMPONENT.row) {
    form.choice(part.type, [COMPONENT.row, COMPONENT.text, COMPONENT.label], [...path, 'type'])
    return own
  }
  const children = form.objects(part, 'components', path, 1, 1) ?? []
  children.forEach((child, index) => {
    checkInput(form, child, [...path, 'components', index], seen, false)
  })
  return { ...own, components: children.map((child) => numbered(child, seen)) }
}

function checkInput(form: Form, child: Json, path: Path, seen: Seen, labelled: boolean): void {
  if (child.type === COMPONENT.textInput) checkTextInput(form, child, path, seen, labelled)
  else if (labelled && isSelect(child.type)) checkSelect(form, child, path, seen)
  else form.choice(child.type, labelled ? [4, ...SELECTS] : [4], [...path, 'type'])
}

/** Walks through all components, rows and labels opened. */
export function* eachComponent(components: readonly Json[]): Generator<Json> {
  for (const component of components) {
    yield component
    if (Array.isArray(component.components)) yield* eachComponent(component.components.filter(isObject))
    if (isObject(component.component)) yield* eachComponent([component.component])
  }
}
