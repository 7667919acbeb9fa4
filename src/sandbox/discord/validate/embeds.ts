import type { Json } from '../model/types.js'
import { type Form, isObject, type Path } from './form.js'

const LIMIT = {
  title: 256,
  description: 4_096,
  fields: 25,
  name: 256,
  value: 1_024,
  footer: 2_048,
  author: 256,
  all: 6_000,
}

const length = (value: unknown): number => (typeof value === 'string' ? value.length : 0)

function checkUrl(form: Form, source: Json, key: string, path: Path, schemes: RegExp): void {
  const value = form.text(source, key, path, { max: 2_048 })
  if (value === undefined || schemes.test(value)) return
  form.fail([...path, key], 'URL_TYPE_INVALID_SCHEME', `Scheme must be one of ('http', 'https').`)
}

/** Checks embeds against Discord's limits and gives them as they are stored: known keys only, type `rich`. */
export function readEmbeds(form: Form, body: Json): Json[] | undefined {
  const embeds = form.objects(body, 'embeds', [], 10)
  if (!embeds) return undefined
  let total = 0
  const read = embeds.map((embed, index) => {
    const path: Path = ['embeds', index]
    form.text(embed, 'title', path, { max: LIMIT.title })
    form.text(embed, 'description', path, { max: LIMIT.description })
    checkUrl(form, embed, 'url', path, /^https?:\/\//)
    form.whole(embed, 'color', path, 0, 0xff_ff_ff)
    const fields = form.objects(embed, 'fields', path, LIMIT.fields) ?? []
    fields.forEach((field, at) => {
      form.text(field, 'name', [...path, 'fields', at], { required: true, min: 1, max: LIMIT.name })
      form.text(field, 'value', [...path, 'fields', at], { required: true, min: 1, max: LIMIT.value })
      form.flag(field, 'inline', [...path, 'fields', at])
      total += length(field.name) + length(field.value)
    })
    const footer = isObject(embed.footer) ? embed.footer : undefined
    const author = isObject(embed.author) ? embed.author : undefined
    if (footer) form.text(footer, 'text', [...path, 'footer'], { required: true, min: 1, max: LIMIT.footer })
    if (author) form.text(author, 'name', [...path, 'author'], { required: true, min: 1, max: LIMIT.author })
    for (const key of ['image', 'thumbnail'] as const) {
      const picture = embed[key]
      if (isObject(picture)) checkUrl(form, picture, 'url', [...path, key], /^(https?|attachment):\/\//)
    }
    total += length(embed.title) + length(embed.description) + length(footer?.text) + length(author?.name)
    return storedEmbed(embed, fields)
  })
  if (total > LIMIT.all) {
    form.fail(['embeds'], 'MAX_EMBED_SIZE_EXCEEDED', `Embed size exceeds maximum size of ${LIMIT.all}`)
  }
  return read
}

function storedEmbed(embed: Json, fields: readonly Json[]): Json {
  const stored: Json = { type: 'rich' }
  for (const key of [
    'title',
    'description',
    'url',
    'color',
    'timestamp',
    'footer',
    'author',
    'image',
    'thumbnail',
  ]) {
    if (embed[key] !== undefined && embed[key] !== null) stored[key] = embed[key]
  }
  if (fields.length > 0) {
    stored.fields = fields.map((one) => ({ name: one.name, value: one.value, inline: one.inline === true }))
  }
  return stored
}

/** True when an embed shows anything at all. */
export function embedShows(embed: Json): boolean {
  return ['title', 'description', 'footer', 'author', 'image', 'thumbnail', 'fields'].some(
    (key) => embed[key] !== undefined,
  )
}
