import type { Update } from 'grammy/types'
import { z } from 'zod'

// Loose on purpose: what Telegram adds passes through; what the bot or grammY reads must be of the right kind.
const id = z.number().int().min(-Number.MAX_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER)
const positive = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER)
/** Seconds since 1970; 0 stands for a message that is out of the bot's sight. */
const date = z.number().int().min(0).max(4_102_444_800)

const user = z.looseObject({
  id: positive,
  is_bot: z.boolean(),
  first_name: z.string(),
  last_name: z.string().optional(),
  username: z.string().optional(),
  language_code: z.string().optional(),
})

const chat = z.looseObject({
  id,
  type: z.enum(['private', 'group', 'supergroup', 'channel']),
  title: z.string().optional(),
})

const entities = z
  .array(
    z.looseObject({
      type: z.string(),
      offset: z.number().int().min(0),
      length: z.number().int().min(0),
    }),
  )
  .optional()

const messageFields = z.looseObject({
  message_id: positive,
  date: date.min(1),
  chat,
  from: user.optional(),
  sender_chat: chat.optional(),
  via_bot: user.optional(),
  forward_origin: z.looseObject({ type: z.string() }).optional(),
  is_automatic_forward: z.boolean().optional(),
  text: z.string().optional(),
  caption: z.string().optional(),
  entities,
  caption_entities: entities,
  migrate_to_chat_id: id.optional(),
  migrate_from_chat_id: id.optional(),
})

// grammY cuts the entities out of the text without looking whether there is one.
const message = messageFields
  .refine(({ text, entities }) => text !== undefined || !entities?.length, { path: ['entities'] })
  .refine(({ caption, caption_entities }) => caption !== undefined || !caption_entities?.length, {
    path: ['caption_entities'],
  })

const press = z.looseObject({
  id: z.string().regex(/^[\w-]{1,64}$/),
  from: user,
  data: z.string().max(64).optional(),
  message: z.looseObject({ message_id: positive.or(z.literal(0)), date, chat }).optional(),
})

const membership = z.looseObject({
  chat,
  from: user,
  date,
  old_chat_member: z.looseObject({ status: z.string(), user }),
  new_chat_member: z.looseObject({ status: z.string(), user }),
})

const head = z.looseObject({
  update_id: z
    .number()
    .int()
    .min(1)
    .max(2 ** 31 - 1),
})

const content = head.extend({
  message: message.optional(),
  callback_query: press.optional(),
  my_chat_member: membership.optional(),
})

/** The kinds that the bot asks Telegram for. Edits are not among them: editing pays nothing. */
export const ALLOWED_UPDATES = ['message', 'callback_query', 'my_chat_member'] as const

export type ReadUpdate =
  | { kind: 'update'; id: number; update: Update }
  /** Telegram sends kinds that were not asked for until it has heard what is wanted. */
  | { kind: 'unwanted'; id: number }
  /** `where` names the first wrong field, never its value. */
  | { kind: 'malformed'; id: number; where: string }
  /** Not even a number: it cannot be confirmed. */
  | { kind: 'nameless' }

/** Judges what arrived in place of an update. */
export function readUpdate(raw: unknown): ReadUpdate {
  const named = head.safeParse(raw)
  if (!named.success) return { kind: 'nameless' }
  const id = named.data.update_id
  const parsed = content.safeParse(raw)
  if (!parsed.success) {
    return { kind: 'malformed', id, where: parsed.error.issues[0]?.path.join('.') ?? '' }
  }
  if (!ALLOWED_UPDATES.some((kind) => parsed.data[kind] !== undefined)) {
    return { kind: 'unwanted', id }
  }
  return { kind: 'update', id, update: parsed.data as unknown as Update }
}
