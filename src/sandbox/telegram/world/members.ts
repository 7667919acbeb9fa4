import type { MemberStatus, TgChatMember, TgUser } from '../types.js'

const ADMIN_RIGHTS = {
  can_be_edited: false,
  is_anonymous: false,
  can_manage_chat: true,
  can_delete_messages: true,
  can_manage_video_chats: true,
  can_restrict_members: true,
  can_promote_members: false,
  can_change_info: true,
  can_invite_users: true,
  can_post_stories: false,
  can_edit_stories: false,
  can_delete_stories: false,
  can_pin_messages: true,
}

/** A ChatMember object with the fields that its status brings. */
export function memberObject(user: TgUser, status: MemberStatus): TgChatMember {
  if (status === 'creator') return { status, user, is_anonymous: false }
  if (status === 'administrator') return { status, user, ...ADMIN_RIGHTS }
  if (status === 'kicked') return { status, user, until_date: 0 }
  return { status, user }
}
