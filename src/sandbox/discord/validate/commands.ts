import type { Json } from '../model/types.js'
import { Form, isObject, type Path } from './form.js'

const NAME = /^[-_'\u02BC\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u
const LOCALES = [
  'id',
  'da',
  'de',
  'en-GB',
  'en-US',
  'es-ES',
  'es-419',
  'fr',
  'hr',
  'it',
  'lt',
  'hu',
  'nl',
  'no',
  'pl',
  'pt-BR',
  'ro',
  'fi',
  'sv-SE',
  'vi',
  'tr',
  'cs',
  'el',
  'bg',
  'ru',
  'uk',
  'hi',
  'th',
  'zh-CN',
  'ja',
  'zh-TW',
  'ko',
] as const
const OPTION = { subcommand: 1, group: 2, string: 3, integer: 4, boolean: 5, number: 10 } as const
const CHARACTERS_MAX = 8_000

function checkName(form: Form, value: string | undefined, path: Path): void {
  if (value === undefined || value.length === 0 || value.length > 32) return
  if (!NAME.test(value) || value !== value.toLowerCase()) {
    form.fail(path, 'APPLICATION_COMMAND_INVALID_NAME', 'Command name is invalid')
  }
}

function checkLocalizations(form: Form, source: Json, key: string, path: Path, strictName: boolean): void {
  const value = source[key]
  if (value === undefined || value === null) return
  const at = [...path, key]
  if (!isObject(value)) {
    form.fail(at, 'DICT_TYPE_CONVERT', 'Only dictionaries may be used in a DictType')
    return
  }
  const max = key === 'name_localizations' ? 32 : 100
  for (const locale of Object.keys(value)) {
    if (value[locale] === null) continue
    form.choice(locale, LOCALES, [...at, locale])
    const text = form.text(value, locale, at, { required: true, min: 1, max })
    if (strictName && key === 'name_localizations') checkName(form, text, [...at, locale])
  }
}

function checkTexts(form: Form, source: Json, path: Path, described: boolean): void {
  const name = form.text(source, 'name', path, { required: true, min: 1, max: 32 })
  if (described) checkName(form, name, [...path, 'name'])
  checkLocalizations(form, source, 'name_localizations', path, described)
  if (described) {
    form.text(source, 'description', path, { required: true, min: 1, max: 100 })
    checkLocalizations(form, source, 'description_localizations', path, false)
  } else if (source.description) {
    form.fail(
      [...path, 'description'],
      'APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_CANNOT_BE_SET',
      'Context menu commands cannot have description',
    )
  }
}

function checkUnique(form: Form, list: readonly Json[], path: Path): void {
  const seen = new Set<unknown>()
  list.forEach((one, index) => {
    if (seen.has(one.name)) {
      form.fail(
        [...path, index, 'name'],
        'APPLICATION_COMMAND_OPTIONS_NAME_NOT_UNIQUE',
        'Option names must be unique',
      )
    }
    seen.add(one.name)
  })
}

function checkChoices(form: Form, option: Json, path: Path): void {
  const choices = form.objects(option, 'choices', path, 25)
  if (!choices) return
  if (option.autocomplete === true && choices.length > 0) {
    form.fail(
      [...path, 'choices'],
      'APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE',
      'Choices and autocomplete are mutually exclusive',
    )
  }
  choices.forEach((choice, index) => {
    const at = [...path, 'choices', index]
    form.text(choice, 'name', at, { required: true, min: 1, max: 100 })
    checkLocalizations(form, choice, 'name_localizations', at, false)
    if (option.type === OPTION.string) form.text(choice, 'value', at, { required: true, min: 1, max: 100 })
    else if (typeof choice.value !== 'number')
      form.fail([...at, 'value'], 'NUMBER_TYPE_COERCE', 'Value is not a number.')
  })
}

function checkOptions(form: Form, source: Json, path: Path, depth: number): void {
  const options = form.objects(source, 'options', path, 25)
  if (!options) return
  const at = [...path, 'options']
  checkUnique(form, options, at)
  const nests = options.filter((one) => one.type === OPTION.subcommand || one.type === OPTION.group)
  if (nests.length > 0 && nests.length < options.length) {
    form.fail(
      at,
      'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID',
      'Sub-command and sub-command group option types are mutually exclusive to all other types',
    )
  }
  let optionalSeen = false
  options.forEach((option, index) => {
    const own = [...at, index]
    const type = form.whole(option, 'type', own, 1, 11)
    if (type === undefined) form.fail([...own, 'type'], 'BASE_TYPE_REQUIRED', 'This field is required')
    checkTexts(form, option, own, true)
    if (type === OPTION.subcommand || type === OPTION.group) {
      const tooDeep = depth >= (type === OPTION.group ? 1 : 2) || (depth === 1 && type === OPTION.group)
      if (tooDeep)
        form.fail([...own, 'type'], 'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID', 'Nested too deeply')
      checkOptions(form, option, own, depth + 1)
      return
    }
    const required = form.flag(option, 'required', own) ?? false
    if (required && optionalSeen) {
      form.fail(
        own,
        'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
        'Required options must be placed before non-required options',
      )
    }
    if (!required) optionalSeen = true
    checkChoices(form, option, own)
    form.whole(option, 'min_length', own, 0, 6_000)
    form.whole(option, 'max_length', own, 1, 6_000)
  })
}

/** Characters that count against the limit of 8,000: the longest of each text's languages. */
function characters(source: Json): number {
  const longest = (key: string): number => {
    const others = isObject(source[`${key}_localizations`])
      ? Object.values(source[`${key}_localizations`] as Json)
      : []
    return Math.max(...[source[key], ...others].map((one) => (typeof one === 'string' ? one.length : 0)))
  }
  const lists = [source.options, source.choices].flatMap((one) =>
    Array.isArray(one) ? one.filter(isObject) : [],
  )
  const value = typeof source.value === 'string' ? source.value.length : 0
  return (
    longest('name') + longest('description') + value + lists.reduce((sum, one) => sum + characters(one), 0)
  )
}

/** Checks one command definition; `path` is its place in the body. */
export function checkCommand(form: Form, command: Json, path: Path): void {
  const type = form.whole(command, 'type', path, 1, 4) ?? 1
  checkTexts(form, command, path, type === 1)
  if (type === 1) checkOptions(form, command, path, 0)
  else if (Array.isArray(command.options) && command.options.length > 0) {
    form.fail(
      [...path, 'options'],
      'APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS_CANNOT_BE_SET',
      'Context menu commands cannot have options',
    )
  }
  const rights = form.text(command, 'default_member_permissions', path)
  if (rights !== undefined && !/^\d+$/.test(rights)) {
    form.fail(
      [...path, 'default_member_permissions'],
      'STRING_TYPE_REGEX',
      'String value did not match validation regex.',
    )
  }
  form.flag(command, 'dm_permission', path)
  form.flag(command, 'nsfw', path)
  if (characters(command) > CHARACTERS_MAX) {
    form.fail(path, 'APPLICATION_COMMAND_TOO_LARGE', `Command exceeds maximum size (${CHARACTERS_MAX})`)
  }
}

/** Checks a whole list for a bulk overwrite. */
export function checkCommandList(commands: readonly Json[]): void {
  const form = new Form()
  const seen = new Set<string>()
  commands.forEach((command, index) => {
    checkCommand(form, command, [index])
    const key = `${command.type ?? 1}:${String(command.name)}`
    if (seen.has(key)) {
      form.fail(
        [index, 'name'],
        'APPLICATION_COMMANDS_DUPLICATE_NAME',
        'Application command names must be unique',
      )
    }
    seen.add(key)
  })
  form.check()
}
