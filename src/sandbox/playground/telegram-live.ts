import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { Entry } from '../journal.js'
import type { TelegramSandbox } from '../telegram/start-telegram-sandbox.js'
import type { WorldEvent } from '../telegram/world/events.js'
import { telegramState } from './telegram-view.js'

/** A page that does not read gets no more than this many events ahead; then it has to come again. */
const AHEAD_MAX = 500
const HEARTBEAT_MS = 20_000

interface PageEvent {
  event: string
  data: unknown
}

/** Streams Telegram to one page, as one person: the whole state first, then everything that changes. */
export function streamTelegram(c: Context, sandbox: TelegramSandbox, personId: number): Response {
  return streamSSE(c, async (stream) => {
    const waiting: PageEvent[] = [{ event: 'state', data: telegramState(sandbox, personId) }]
    let wake = () => {}
    const stop = sandbox.world.journal.subscribe((entry) => {
      const event = pageEvent(sandbox, personId, entry)
      if (!event) return
      waiting.push(event)
      wake()
    })
    stream.onAbort(() => {
      stop()
      wake()
    })
    while (!stream.aborted && waiting.length < AHEAD_MAX) {
      const next = waiting.shift()
      if (next) await stream.writeSSE({ event: next.event, data: JSON.stringify(next.data) })
      else {
        const quiet = await untilWoken((resolve) => {
          wake = resolve
        })
        // Browsers and proxies drop silent connections; a comment keeps this one.
        if (quiet) await stream.write(': still here\n\n')
      }
    }
    stop()
  })
}

/** Resolves false when woken, true when nothing came for a while. */
function untilWoken(arm: (resolve: () => void) => void): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), HEARTBEAT_MS)
    arm(() => {
      clearTimeout(timer)
      resolve(false)
    })
  })
}

function pageEvent(
  sandbox: TelegramSandbox,
  personId: number,
  entry: Entry<WorldEvent>,
): PageEvent | undefined {
  switch (entry.kind) {
    case 'message':
    case 'edited': {
      const { kind, chatId, message } = entry
      return sees(sandbox, personId, chatId) ? { event: kind, data: { chatId, message } } : undefined
    }
    case 'deleted': {
      const { chatId, messageId } = entry
      return sees(sandbox, personId, chatId) ? { event: 'deleted', data: { chatId, messageId } } : undefined
    }
    case 'action': {
      const { chatId, action } = entry
      return sees(sandbox, personId, chatId) ? { event: 'action', data: { chatId, action } } : undefined
    }
    case 'answered': {
      const { query, answer } = entry
      if (query.from.id !== personId) return undefined
      return { event: 'answered', data: { messageId: query.message.message_id, answer } }
    }
    case 'confirmed':
      return { event: 'confirmed', data: { updateId: entry.updateId } }
    case 'chats':
    case 'commands':
      return { event: 'state', data: telegramState(sandbox, personId) }
    case 'pressed':
    case 'request':
      return undefined
  }
}

function sees({ world }: TelegramSandbox, personId: number, chatId: number): boolean {
  const chat = world.chat(chatId)
  return chat.type === 'private' ? chat.id === personId : world.isMember(chat, personId)
}
