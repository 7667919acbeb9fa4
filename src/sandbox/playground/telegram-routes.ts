import { Hono } from 'hono'
import { z } from 'zod'
import type { TelegramSandbox } from '../telegram/start-telegram-sandbox.js'
import type { Person } from '../telegram/world/person.js'
import { streamTelegram } from './telegram-live.js'

const place = z.int().min(-9e15).max(9e15)
const actSchema = z.discriminatedUnion('do', [
  z.object({ do: z.literal('start'), as: place, payload: z.string().max(64).optional() }),
  z.object({ do: z.literal('send'), as: place, chat: place, text: z.string().min(1).max(4096) }),
  z.object({
    do: z.literal('press'),
    as: place,
    chat: place,
    message: place,
    data: z.string().min(1).max(64),
  }),
  z.object({ do: z.enum(['block', 'unblock']), as: place }),
  z.object({ do: z.enum(['join', 'leave']), as: place, chat: place }),
])

type PageAct = z.infer<typeof actSchema>

/** What the Telegram pane asks of the server: a live stream, acts of the invented people, and pictures. */
export function telegramRoutes(sandbox: TelegramSandbox): Hono {
  const routes = new Hono()
  routes.get('/live', (c) => {
    const person = personOf(sandbox, Number(c.req.query('as')))
    return person ? streamTelegram(c, sandbox, person.id) : c.json({ ok: false, error: 'person' }, 404)
  })
  routes.post('/act', async (c) => {
    const parsed = actSchema.safeParse(await c.req.json().catch(() => undefined))
    if (!parsed.success) return c.json({ ok: false, error: 'act' }, 400)
    const person = personOf(sandbox, parsed.data.as)
    if (!person) return c.json({ ok: false, error: 'person' }, 404)
    try {
      return c.json({ ok: true, ...perform(person, parsed.data) })
    } catch (error) {
      // What people cannot do in Telegram: write to a blocked bot, press a button of a deleted message …
      return c.json({ ok: false, error: error instanceof Error ? error.message : 'act' }, 409)
    }
  })
  routes.get('/photo/:id', (c) => {
    const photo = sandbox.files.byUniqueId(c.req.param('id'))
    if (!photo) return c.notFound()
    return c.body(new Uint8Array(photo.bytes), 200, { 'content-type': photo.facts.type })
  })
  return routes
}

function personOf(sandbox: TelegramSandbox, id: number): Person | undefined {
  return sandbox.control.people().find((person) => person.id === id)
}

function perform(person: Person, act: PageAct): { messageId?: number; updateId?: number; queryId?: string } {
  switch (act.do) {
    case 'start':
      return told(person.start(act.payload))
    case 'send':
      return told(person.send(act.text, act.chat))
    case 'press': {
      const message = { message_id: act.message, chat: { id: act.chat, type: 'private' as const } }
      return { queryId: person.pressData(message, act.data).query.id }
    }
    case 'block':
      person.block()
      return {}
    case 'unblock':
      person.unblock()
      return {}
    case 'join':
      return told(person.join(act.chat))
    case 'leave':
      return told(person.leave(act.chat))
  }
}

function told({ message, updateId }: { message: { message_id: number }; updateId: number | undefined }) {
  return { messageId: message.message_id, ...(updateId !== undefined && { updateId }) }
}
