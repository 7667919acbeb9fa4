/** A namespace's words, as they are written in src/i18n/<locale>/. */
type Words = { readonly [key: string]: string | Words }

/** Fixed text, or fixed text and names of values in turn: text, name, text, name, text. */
type Message = string | readonly string[]

const VALUE = /\{\{\s*(\w+)\s*\}\}/

/**
 * One language's messages, taken apart once so that saying one costs a look-up and a few joins. The format is that of
 * i18next: `{{name}}` for values, `_one`, `_few`, `_many`, `_other` by the language's plural rules for `count` (and
 * `_zero`, where it is written, for none at all). test/i18n/words.test.ts holds both beside each other.
 */
export class MessageTable {
  readonly #messages = new Map<string, Message>()
  readonly #plurals: Intl.PluralRules
  readonly #defaultNamespace: string

  constructor(locale: string, namespaces: Readonly<Record<string, Words>>, defaultNamespace: string) {
    this.#plurals = new Intl.PluralRules(locale)
    this.#defaultNamespace = defaultNamespace
    for (const [name, words] of Object.entries(namespaces)) this.#take(`${name}:`, words)
  }

  /** The words of a key such as `web:nav.home`; a key that has none is answered by itself, without its namespace. */
  say(key: string, values?: Readonly<Record<string, unknown>>): string {
    const message = this.#find(key.includes(':') ? key : `${this.#defaultNamespace}:${key}`, values?.count)
    if (message === undefined) return key.slice(key.indexOf(':') + 1)
    if (typeof message === 'string') return message
    let text = message[0] ?? ''
    for (let i = 1; i < message.length; i += 2) {
      const name = message[i] ?? ''
      // One that was not handed over stays to be seen; one that is nothing leaves nothing.
      text += values && Object.hasOwn(values, name) ? (values[name] ?? '') : `{{${name}}}`
      text += message[i + 1] ?? ''
    }
    return text
  }

  #find(key: string, count: unknown): Message | undefined {
    if (typeof count !== 'number') return this.#messages.get(key)
    const none = count === 0 ? this.#messages.get(`${key}_zero`) : undefined
    return none ?? this.#messages.get(`${key}_${this.#plurals.select(count)}`) ?? this.#messages.get(key)
  }

  #take(path: string, words: Words): void {
    for (const [key, value] of Object.entries(words)) {
      if (typeof value !== 'string') this.#take(`${path}${key}.`, value)
      else this.#messages.set(path + key, takenApart(value))
    }
  }
}

function takenApart(text: string): Message {
  const parts = text.split(VALUE)
  return parts.length === 1 ? text : parts
}
