import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import { ANSWER } from '../interactions/interaction-store.js'
import { may } from '../model/permissions.js'
import type { Json } from '../model/types.js'
import type { DiscordSandbox } from '../server.js'
import { channelView } from './message-view.js'
import { paneView } from './view.js'

/** Changes within this time reach the page together. */
const GATHER_MS = 30
const HEARTBEAT_MS = 20_000

/**
 * Streams the invented Discord to one page, as one person looking at one channel. Whole pictures go out, but only
 * those that differ from the last: `state` (guilds, members, voice, commands), `messages`, and `modal` when the bot
 * opens one.
 */
export function streamDiscord(
  c: Context,
  sandbox: DiscordSandbox,
  viewerId: string,
  channelId: string,
): Response {
  const { core, control, world } = sandbox
  return streamSSE(c, async (stream) => {
    const modals: Json[] = []
    let wake = (): void => undefined
    const stops = [
      world.changes.on(() => wake()),
      core.interactions.settled.on((one) => {
        if (one.userId !== viewerId || one.answeredBy !== ANSWER.modal || !one.modal) return
        modals.push({ interaction: one.id, modal: one.modal })
        wake()
      }),
    ]
    stream.onAbort(() => wake())
    const sent = new Map<string, string>()
    const send = async (event: string, value: unknown): Promise<void> => {
      const data = JSON.stringify(value)
      if (sent.get(event) === data) return
      sent.set(event, data)
      await stream.writeSSE({ event, data })
    }
    while (!stream.aborted) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve
      })
      const online = control.gateway.sessions().some((one) => one.connected)
      await send('state', paneView(core, viewerId, online))
      await send('messages', messagesFor(sandbox, viewerId, channelId))
      for (const modal of modals.splice(0))
        await stream.writeSSE({ event: 'modal', data: JSON.stringify(modal) })
      if (!(await within(woken, HEARTBEAT_MS))) await stream.write(': still here\n\n')
      else await new Promise((resolve) => setTimeout(resolve, GATHER_MS))
    }
    for (const stop of stops) stop()
  })
}

function messagesFor({ core, world }: DiscordSandbox, viewerId: string, channelId: string) {
  const channel = world.channels.get(channelId)
  const visible = channel && may(world.permissions(viewerId, channel), 'VIEW_CHANNEL')
  if (!visible) return { channel: channelId, list: [], failed: [] }
  const failed = [...core.interactions.all()]
    .filter((one) => one.failed && one.userId === viewerId && one.channelId === channelId)
    .slice(-3)
    .map((one) => ({ id: one.id, at: one.createdAt, name: String(one.data.name ?? '') }))
  return { channel: channelId, list: channelView(world, channelId, viewerId), failed }
}

/** True when the promise came first, false when the time did. */
async function within(promise: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms)
  })
  const came = await Promise.race([promise.then(() => true), late])
  clearTimeout(timer)
  return came
}
