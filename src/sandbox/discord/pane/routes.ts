import { Hono } from 'hono'
import { Refused } from '../control/refused.js'
import type { DiscordSandbox } from '../server.js'
import { performAct, readAct } from './acts.js'
import { streamDiscord } from './live.js'

/** What the Discord pane asks of the server: a live stream, acts of the invented people, pictures. */
export function discordRoutes(sandbox: DiscordSandbox): Hono {
  const { core, control, world } = sandbox
  const routes = new Hono()
  routes.get('/live', (c) => {
    const person = [...world.users.values()].find((one) => one.key === c.req.query('as') && !one.bot)
    return person
      ? streamDiscord(c, sandbox, person.id, c.req.query('at') ?? '')
      : c.json({ ok: false, error: 'person' }, 404)
  })
  routes.post('/act', async (c) => {
    const act = readAct(await c.req.json().catch(() => undefined))
    if (!act) return c.json({ ok: false, error: 'act' }, 400)
    try {
      return c.json({ ok: true, ...performAct(core, control, act) })
    } catch (error) {
      if (error instanceof Refused)
        return c.json({ ok: false, error: error.kind, detail: error.message }, 409)
      throw error
    }
  })
  routes.get('/file/:message/:file', (c) => {
    for (const message of world.allMessages()) {
      if (message.id !== c.req.param('message')) continue
      const file = message.attachments.find((one) => one.id === c.req.param('file'))
      if (file && /^image\/(png|jpeg|gif|webp)$/.test(file.contentType)) {
        return c.body(new Uint8Array(file.bytes), 200, { 'content-type': file.contentType })
      }
    }
    return c.notFound()
  })
  return routes
}
