import { may } from '../model/permissions.js'
import { compareIds, isSnowflake } from '../model/snowflake.js'
import type { Channel, Message } from '../model/types.js'
import type { World } from '../model/world.js'
import { Form } from '../validate/form.js'
import { limitFrom } from './paging.js'

/** One page of a channel's messages, newest first: `before`, `after` or `around` an id. Without history rights it is empty. */
export function messagePage(world: World, channel: Channel, query: URLSearchParams): Message[] {
  const limit = limitFrom(query, 100, 50)
  const anchor = (['around', 'before', 'after'] as const).find((key) => query.has(key))
  const id = query.get(anchor ?? '') ?? '0'
  if (!isSnowflake(id)) {
    const form = new Form()
    form.fail([anchor ?? ''], 'NUMBER_TYPE_COERCE', `Value "${id}" is not snowflake.`)
    form.check()
  }
  if (!may(world.permissions(world.botId, channel), 'READ_MESSAGE_HISTORY')) return []
  const all = [...world.messagesOf(channel.id).values()]
    .filter((one) => one.ephemeralFor === null)
    .sort((a, b) => compareIds(a.id, b.id))
  return select(all, anchor, id, limit).reverse()
}

function select(
  all: Message[],
  anchor: 'around' | 'before' | 'after' | undefined,
  id: string,
  limit: number,
): Message[] {
  switch (anchor) {
    case 'before':
      return all.filter((one) => compareIds(one.id, id) < 0).slice(-limit)
    case 'after':
      return all.filter((one) => compareIds(one.id, id) > 0).slice(0, limit)
    case 'around': {
      const older = all.filter((one) => compareIds(one.id, id) < 0).slice(-Math.floor(limit / 2))
      const newer = all.filter((one) => compareIds(one.id, id) >= 0)
      return [...older, ...newer.slice(0, limit - older.length)]
    }
    case undefined:
      return all.slice(-limit)
    default:
      return anchor satisfies never
  }
}
