import { gradientPng } from '../../images.js'
import type { Backend, Method } from '../backend.js'
import { badRequest, forbidden } from '../errors.js'
import type { Params } from '../wire/params.js'
import { memberObject } from '../world/members.js'
import type { WorldChat } from '../world/world.js'
import { knownChat, requireMembership } from './targets.js'

const PICTURE_PIXELS = 160

export const getChat: Method = (backend, { params }) => {
  const chat = knownChat(backend, params)
  requireMembership(backend, chat)
  return {
    ...backend.world.tgChat(chat),
    accent_color_id: Math.abs(chat.id) % 7,
    max_reaction_count: 11,
    accepted_gift_types: {
      unlimited_gifts: false,
      limited_gifts: false,
      unique_gifts: false,
      premium_subscription: false,
      gifts_from_channels: false,
    },
    ...(chat.type !== 'private' && {
      permissions: { can_send_messages: true, can_send_photos: true, can_send_other_messages: true },
    }),
  }
}

export const getChatMember: Method = (backend, { params }) => {
  const chat = groupOf(backend, params)
  const userId = params.integer('user_id')
  if (!userId) throw badRequest('invalid user_id specified')
  const user = backend.world.users.get(userId)
  if (!user) throw badRequest('PARTICIPANT_ID_INVALID')
  return memberObject(user, backend.world.statusOf(chat, userId))
}

export const getChatAdministrators: Method = (backend, { params }) => {
  const { world } = backend
  const chat = groupOf(backend, params)
  // Other bots are left out, as Telegram does.
  return [...chat.members]
    .filter(
      ([id, status]) => status === 'creator' || (status === 'administrator' && !isOtherBot(backend, id)),
    )
    .map(([id, status]) => memberObject(world.user(id), status))
}

export const getChatMemberCount: Method = (backend, { params }) => {
  const chat = groupOf(backend, params)
  return [...chat.members.keys()].filter((id) => backend.world.isMember(chat, id)).length
}

export const leaveChat: Method = (backend, { params }) => {
  const chat = groupOf(backend, params)
  chat.members.set(backend.world.bot.id, 'left')
  backend.world.touch(chat)
  return true
}

export const getUserProfilePhotos: Method = (backend, { params }) => {
  const userId = params.integer('user_id')
  const user = userId === undefined ? undefined : backend.world.users.get(userId)
  if (!user) throw badRequest('invalid user_id specified')
  const colours = backend.world.pictures.get(user.id)
  if (!colours) return { total_count: 0, photos: [] }
  const known = backend.pictureIds.get(user.id)
  const photo = known ?? backend.files.addPhoto(gradientPng(PICTURE_PIXELS, ...colours)).size
  backend.pictureIds.set(user.id, photo)
  const skipped = (params.integer('offset') ?? 0) > 0
  return { total_count: 1, photos: skipped ? [] : [[photo]] }
}

export const getFile: Method = (backend, { params }) => {
  const photo = backend.files.byId(params.text('file_id'))
  if (!photo) throw badRequest('wrong file_id or the file is temporarily unavailable')
  const { file_id, file_unique_id, file_size } = photo.size
  return { file_id, file_unique_id, file_size, file_path: photo.path }
}

function groupOf(backend: Backend, params: Params): WorldChat {
  const chat = knownChat(backend, params)
  if (chat.type === 'private') throw badRequest('method is available only for groups and channels')
  requireMembership(backend, chat)
  if (chat.type === 'channel' && !backend.world.isAdmin(chat, backend.world.bot.id)) {
    throw forbidden('bot is not a member of the channel chat')
  }
  return chat
}

function isOtherBot({ world }: Backend, id: number): boolean {
  return id !== world.bot.id && world.user(id).is_bot
}
