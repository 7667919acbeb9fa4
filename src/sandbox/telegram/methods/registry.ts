import type { Method } from '../backend.js'
import { botDescription, botName, botShortDescription, getMe } from './bot.js'
import { answerCallbackQuery } from './callbacks.js'
import {
  getChat,
  getChatAdministrators,
  getChatMember,
  getChatMemberCount,
  getFile,
  getUserProfilePhotos,
  leaveChat,
} from './chats.js'
import { deleteMyCommands, getMyCommands, setMyCommands } from './commands.js'
import {
  deleteMessage,
  deleteMessages,
  editMessageCaption,
  editMessageMedia,
  editMessageReplyMarkup,
  editMessageText,
} from './edit.js'
import { deleteWebhook, getUpdates, getWebhookInfo, setWebhook } from './intake.js'
import { sendChatAction, sendMessage, sendPhoto } from './send.js'

const METHODS = {
  getMe,
  getUpdates,
  setWebhook,
  deleteWebhook,
  getWebhookInfo,
  sendMessage,
  sendPhoto,
  sendChatAction,
  editMessageText,
  editMessageCaption,
  editMessageReplyMarkup,
  editMessageMedia,
  deleteMessage,
  deleteMessages,
  answerCallbackQuery,
  setMyCommands,
  getMyCommands,
  deleteMyCommands,
  setMyName: botName.set,
  getMyName: botName.get,
  setMyDescription: botDescription.set,
  getMyDescription: botDescription.get,
  setMyShortDescription: botShortDescription.set,
  getMyShortDescription: botShortDescription.get,
  getChat,
  getChatMember,
  getChatAdministrators,
  getChatMemberCount,
  leaveChat,
  getUserProfilePhotos,
  getFile,
} satisfies Record<string, Method>

const BY_LOWER_NAME = new Map(
  Object.entries(METHODS).map(([name, method]) => [name.toLowerCase(), { name, method }]),
)

/** Finds a method; Telegram does not care about upper and lower case. */
export function findMethod(name: string): { name: string; method: Method } | undefined {
  return BY_LOWER_NAME.get(name.toLowerCase())
}
