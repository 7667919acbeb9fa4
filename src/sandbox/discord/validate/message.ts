import { refusal } from '../errors.js'
import type { UploadedFile } from '../http/body.js'
import type { AllowedMentions } from '../model/messages.js'
import { type Attachment, type Json, MESSAGE_FLAG } from '../model/types.js'
import type { World } from '../model/world.js'
import { readComponents } from './components.js'
import { embedShows, readEmbeds } from './embeds.js'
import { Form, isObject } from './form.js'

const CONTENT_MAX = 2_000
const FILES_MAX = 10
const FILE_BYTES_MAX = 10 * 1024 * 1024

export interface MessageBody {
  readonly content: string | undefined
  readonly embeds: Json[] | undefined
  readonly components: Json[] | undefined
  readonly attachments: Attachment[] | undefined
  readonly allowedMentions: AllowedMentions | undefined
  readonly flags: number | undefined
  readonly nonce: string | number | undefined
  readonly enforceNonce: boolean
  readonly replyTo: string | undefined
}

/** Flags that a sender may set. */
const SETTABLE = MESSAGE_FLAG.suppressEmbeds | MESSAGE_FLAG.suppressNotifications
/** Flags that an answer to an interaction may set besides. */
const SETTABLE_IN_ANSWER = SETTABLE | MESSAGE_FLAG.ephemeral

/** Reads and checks what makes a message, throwing Discord's 50035 for anything wrong. Emptiness is judged apart. */
export function readMessageBody(
  world: World,
  body: Json,
  files: readonly UploadedFile[],
  options: { answer?: boolean; kept?: readonly Attachment[] } = {},
): MessageBody {
  const form = new Form()
  const content = body.content === null ? '' : form.text(body, 'content', [], { max: CONTENT_MAX })
  const embeds = body.embeds === null ? [] : readEmbeds(form, body)
  const components = body.components === null ? [] : readComponents(form, body)
  const flags = form.whole(body, 'flags', [], 0, 2 ** 31 - 1)
  if (flags !== undefined && flags & ~(options.answer ? SETTABLE_IN_ANSWER : SETTABLE)) {
    // Components V2 and voice messages are not part of this sandbox; Discord itself drops unknown flags.
    if (flags & MESSAGE_FLAG.componentsV2) {
      form.fail(['flags'], 'MESSAGE_FLAGS_UNSUPPORTED', 'This sandbox has no Components V2')
    }
  }
  const nonce = readNonce(form, body)
  const enforceNonce = form.flag(body, 'enforce_nonce', []) ?? false
  const allowedMentions = readAllowedMentions(form, body)
  const replyTo = isObject(body.message_reference)
    ? form.text(body.message_reference, 'message_id', ['message_reference'])
    : undefined
  if (files.length > FILES_MAX) {
    form.fail(['attachments'], 'BASE_TYPE_MAX_LENGTH', `Must be ${FILES_MAX} or fewer in length.`)
  }
  form.check()
  if (files.some((one) => one.bytes.length > FILE_BYTES_MAX)) throw refusal('tooLarge')
  return {
    content,
    embeds,
    components,
    attachments: readAttachments(world, body, files, options.kept ?? []),
    allowedMentions,
    flags: flags === undefined ? undefined : flags & (options.answer ? SETTABLE_IN_ANSWER : SETTABLE),
    nonce,
    enforceNonce,
    replyTo,
  }
}

/** Refuses a message that would show nothing: 50006. */
export function refuseEmpty(shown: {
  readonly content?: string | undefined
  readonly embeds?: readonly Json[] | undefined
  readonly attachments?: readonly Attachment[] | undefined
  readonly components?: readonly Json[] | undefined
}): void {
  if (shown.content?.trim()) return
  if (shown.embeds?.some(embedShows)) return
  if (shown.attachments?.length || shown.components?.length) return
  throw refusal('emptyMessage')
}

function readNonce(form: Form, body: Json): string | number | undefined {
  const { nonce } = body
  if (nonce === undefined || nonce === null) return undefined
  if (typeof nonce === 'number' && Number.isInteger(nonce)) return nonce
  return form.text(body, 'nonce', [], { max: 25 })
}

function readAllowedMentions(form: Form, body: Json): AllowedMentions | undefined {
  const source = body.allowed_mentions
  if (!isObject(source)) return undefined
  const list = (key: string): string[] | undefined => {
    const value = source[key]
    if (value === undefined || value === null) return undefined
    if (Array.isArray(value) && value.length <= 100) return value.map(String)
    form.fail(['allowed_mentions', key], 'BASE_TYPE_MAX_LENGTH', 'Must be 100 or fewer in length.')
    return undefined
  }
  const parse = list('parse')
  const users = list('users')
  const roles = list('roles')
  parse?.forEach((one, index) => {
    form.choice(one, ['roles', 'users', 'everyone'], ['allowed_mentions', 'parse', index])
  })
  for (const [kind, ids] of [['users', users] as const, ['roles', roles] as const]) {
    if (parse?.includes(kind) && ids && ids.length > 0) {
      form.fail(
        ['allowed_mentions'],
        'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE',
        `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`,
      )
    }
  }
  return {
    ...(parse ? { parse } : {}),
    ...(users ? { users } : {}),
    ...(roles ? { roles } : {}),
    replied_user: source.replied_user === true,
  }
}

/** Joins uploads with their descriptions, and keeps of the old files those that an edit names. */
function readAttachments(
  world: World,
  body: Json,
  files: readonly UploadedFile[],
  kept: readonly Attachment[],
): Attachment[] | undefined {
  const listed = Array.isArray(body.attachments) ? body.attachments.filter(isObject) : undefined
  if (listed === undefined && files.length === 0) return undefined
  const stays = listed ? kept.filter((old) => listed.some((one) => String(one.id) === old.id)) : kept
  const fresh = files.map((file): Attachment => {
    const about = listed?.find((one) => String(one.id) === file.index)
    return {
      id: world.ids.next(),
      filename: (typeof about?.filename === 'string' ? about.filename : file.name).replace(
        /[^\p{L}\p{N}._-]/gu,
        '_',
      ),
      contentType: file.type,
      description: typeof about?.description === 'string' ? about.description : null,
      bytes: file.bytes,
    }
  })
  return [...stays, ...fresh]
}
