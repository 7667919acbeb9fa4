/** The parts of the Bot API's objects that the sandbox speaks, in Telegram's own names. */

export interface TgUser {
  id: number
  is_bot: boolean
  first_name: string
  last_name?: string
  username?: string
  language_code?: string
  is_premium?: true
}

export type ChatType = 'private' | 'group' | 'supergroup' | 'channel'

export interface TgChat {
  id: number
  type: ChatType
  title?: string
  username?: string
  first_name?: string
  last_name?: string
}

export type EntityType =
  | 'mention'
  | 'hashtag'
  | 'cashtag'
  | 'bot_command'
  | 'url'
  | 'email'
  | 'bold'
  | 'italic'
  | 'underline'
  | 'strikethrough'
  | 'spoiler'
  | 'blockquote'
  | 'expandable_blockquote'
  | 'code'
  | 'pre'
  | 'text_link'
  | 'text_mention'
  | 'custom_emoji'

/** Offsets and lengths count UTF-16 code units, as in JavaScript strings. */
export interface TgEntity {
  type: EntityType
  offset: number
  length: number
  url?: string
  user?: TgUser
  language?: string
  custom_emoji_id?: string
}

export interface TgPhotoSize {
  file_id: string
  file_unique_id: string
  width: number
  height: number
  file_size: number
}

interface TgSticker {
  file_id: string
  file_unique_id: string
  type: 'regular'
  width: number
  height: number
  is_animated: boolean
  is_video: boolean
  emoji?: string
  set_name?: string
}

export type TgInlineButton = { text: string; style?: string; callback_data?: string; url?: string } & Record<
  string,
  unknown
>

export interface TgInlineKeyboard {
  inline_keyboard: TgInlineButton[][]
}

export type TgForwardOrigin =
  | { type: 'user'; date: number; sender_user: TgUser }
  | { type: 'hidden_user'; date: number; sender_user_name: string }
  | { type: 'channel'; date: number; chat: TgChat; message_id: number }

export interface TgMessage {
  message_id: number
  date: number
  chat: TgChat
  from?: TgUser
  sender_chat?: TgChat
  via_bot?: TgUser
  forward_origin?: TgForwardOrigin
  is_automatic_forward?: true
  reply_to_message?: TgMessage
  edit_date?: number
  text?: string
  entities?: TgEntity[]
  caption?: string
  caption_entities?: TgEntity[]
  photo?: TgPhotoSize[]
  sticker?: TgSticker
  link_preview_options?: Record<string, unknown>
  reply_markup?: TgInlineKeyboard
  new_chat_members?: TgUser[]
  left_chat_member?: TgUser
  group_chat_created?: true
  supergroup_chat_created?: true
  migrate_to_chat_id?: number
  migrate_from_chat_id?: number
}

export interface TgCallbackQuery {
  id: string
  from: TgUser
  message: TgMessage
  chat_instance: string
  data: string
}

export type MemberStatus = 'creator' | 'administrator' | 'member' | 'left' | 'kicked'

export interface TgChatMember {
  status: MemberStatus
  user: TgUser
  [right: string]: unknown
}

export interface TgChatMemberUpdated {
  chat: TgChat
  from: TgUser
  date: number
  old_chat_member: TgChatMember
  new_chat_member: TgChatMember
}

/** What an update can carry. The key is the update's kind, as `allowed_updates` names it. */
export interface UpdateContent {
  message?: TgMessage
  edited_message?: TgMessage
  callback_query?: TgCallbackQuery
  my_chat_member?: TgChatMemberUpdated
  chat_member?: TgChatMemberUpdated
}

export interface TgBotCommand {
  command: string
  description: string
}
