import type { Message, User } from 'grammy/types'

/** Accounts of Telegram itself that stand in `from` where no person wrote. */
const STAND_INS = new Set([777_000, 1_087_968_824, 136_817_688])

export function isHuman(user: User | undefined): user is User {
  return user !== undefined && !user.is_bot && !STAND_INS.has(user.id)
}

/**
 * Whether a person wrote this himself, now: not in the name of a group or channel, not through a bot, not forwarded.
 * Everything else pays nothing, makes no account and does nothing (safety.md, *Telegram*).
 */
export function isOwnMessage(message: Message): boolean {
  return (
    isHuman(message.from) &&
    message.sender_chat === undefined &&
    message.via_bot === undefined &&
    message.forward_origin === undefined &&
    message.is_automatic_forward !== true
  )
}

/** Text or caption; null for service messages, stickers and the like. */
export function wordsIn(message: Message): string | null {
  return message.text ?? message.caption ?? null
}

/** Whether a message begins with a command, ours or another bot's. */
export function isCommand(message: Message): boolean {
  const entities = message.entities ?? message.caption_entities ?? []
  return entities.some((entity) => entity.type === 'bot_command' && entity.offset === 0)
}

/** When a message was written, by Telegram's clock. */
export function writtenAt(message: Message): Date {
  return new Date(message.date * 1000)
}
