import { Journal } from '../../journal.js'
import type { OwnKeyboard } from '../text/reply-markup.js'
import type { ChatType, MemberStatus, TgChat, TgMessage, TgUser } from '../types.js'
import { type PersonSpec, userOf } from './cast.js'
import type { WorldEvent } from './events.js'

/** A chat as the world keeps it. Members are absent in private chats. */
export interface WorldChat {
  id: number
  type: ChatType
  title?: string
  username?: string
  /** Everybody who is or was there, the bot included. */
  members: Map<number, MemberStatus>
  messages: Map<number, TgMessage>
  /** Of a private chat: whether the person started the bot and whether it is blocked now. */
  dialog: { started: boolean; blocked: boolean }
  /** Of a basic group that became a supergroup: its new id. */
  migratedTo?: number
  /** What replaces the person's keyboard at present. */
  keyboard?: OwnKeyboard
  nextMessageId?: number
}

/** People, chats and messages. Knows nothing of HTTP, updates or what a bot may see. */
export class World {
  readonly users = new Map<number, TgUser>()
  readonly pictures = new Map<number, readonly [number, number]>()
  readonly chats = new Map<number, WorldChat>()
  readonly journal: Journal<WorldEvent>
  private nextGroupId = 4_001_001

  constructor(
    readonly bot: TgUser,
    readonly now: () => number,
    private nextMessageId: number,
  ) {
    this.journal = new Journal<WorldEvent>(now)
    this.users.set(bot.id, bot)
  }

  /** Telegram's time: whole seconds. */
  date(): number {
    return Math.floor(this.now() / 1000)
  }

  addPerson(spec: PersonSpec): TgUser {
    const user = userOf(spec)
    this.users.set(user.id, user)
    if (spec.picture) this.pictures.set(user.id, spec.picture)
    this.chats.set(user.id, newChat(user.id, 'private'))
    return user
  }

  addChat(spec: {
    type: Exclude<ChatType, 'private'>
    title: string
    username?: string
    id?: number
  }): WorldChat {
    const id = spec.id ?? this.newChatId(spec.type)
    const chat: WorldChat = {
      ...newChat(id, spec.type),
      title: spec.title,
      ...(spec.username && { username: spec.username }),
      // Supergroups and channels count their own messages; all other chats share one counter.
      ...(spec.type !== 'group' && { nextMessageId: this.nextMessageId }),
    }
    this.chats.set(id, chat)
    return chat
  }

  /** Finds a chat by id; throws when there is none (a mistake of the caller, not of the bot). */
  chat(id: number): WorldChat {
    const chat = this.chats.get(id)
    if (!chat) throw new Error(`The sandbox has no chat ${id}`)
    return chat
  }

  user(id: number): TgUser {
    const user = this.users.get(id)
    if (!user) throw new Error(`The sandbox has no person ${id}`)
    return user
  }

  /** The chat object that goes into messages. */
  tgChat(chat: WorldChat): TgChat {
    if (chat.type !== 'private') {
      return {
        id: chat.id,
        type: chat.type,
        title: chat.title ?? '',
        ...(chat.username && { username: chat.username }),
      }
    }
    const { first_name, last_name, username } = this.user(chat.id)
    return {
      id: chat.id,
      type: 'private',
      first_name,
      ...(last_name && { last_name }),
      ...(username && { username }),
    }
  }

  statusOf(chat: WorldChat, userId: number): MemberStatus {
    return chat.members.get(userId) ?? 'left'
  }

  isMember(chat: WorldChat, userId: number): boolean {
    return ['creator', 'administrator', 'member'].includes(this.statusOf(chat, userId))
  }

  isAdmin(chat: WorldChat, userId: number): boolean {
    return ['creator', 'administrator'].includes(this.statusOf(chat, userId))
  }

  /** Stores a new message and tells everybody who listens. */
  post(
    chat: WorldChat,
    content: Omit<TgMessage, 'message_id' | 'date' | 'chat'> & { date?: number },
  ): TgMessage {
    const message: TgMessage = {
      message_id: this.takeMessageId(chat),
      date: this.date(),
      chat: this.tgChat(chat),
      ...content,
    }
    chat.messages.set(message.message_id, message)
    this.journal.append({ kind: 'message', chatId: chat.id, message })
    return message
  }

  /** Puts an edited message in the place of the old one. */
  replace(chat: WorldChat, message: TgMessage): TgMessage {
    chat.messages.set(message.message_id, message)
    this.journal.append({ kind: 'edited', chatId: chat.id, message })
    return message
  }

  remove(chat: WorldChat, messageId: number): void {
    if (chat.messages.delete(messageId)) {
      this.journal.append({ kind: 'deleted', chatId: chat.id, messageId })
    }
  }

  /** Tells listeners that membership or state of a chat changed. */
  touch(chat: WorldChat): void {
    this.journal.append({ kind: 'chats', chatId: chat.id })
  }

  private takeMessageId(chat: WorldChat): number {
    if (chat.nextMessageId !== undefined) {
      chat.nextMessageId += 1
      return chat.nextMessageId
    }
    this.nextMessageId += 1
    return this.nextMessageId
  }

  private newChatId(type: ChatType): number {
    this.nextGroupId += 1
    return type === 'group' ? -this.nextGroupId : -1_002_000_000_000 - this.nextGroupId
  }
}

function newChat(id: number, type: ChatType): WorldChat {
  return { id, type, members: new Map(), messages: new Map(), dialog: { started: false, blocked: false } }
}
