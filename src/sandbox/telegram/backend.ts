import type { RateLimiter } from './rate-limits.js'
import type { TgBotCommand, TgPhotoSize } from './types.js'
import type { UpdateQueue } from './updates.js'
import type { WebhookSender } from './webhook.js'
import type { Params } from './wire/params.js'
import type { CallbackQueries } from './world/callbacks.js'
import type { PrivacySetting } from './world/dispatch.js'
import type { FileStore } from './world/files.js'
import type { World } from './world/world.js'

/** What the bot's owner set: privacy mode, and command menus and texts by scope and language. */
interface BotSettings extends PrivacySetting {
  /** Key: scope and language, as `commandKey` writes them. */
  commands: Map<string, TgBotCommand[]>
  /** Key: kind (`name`, `description`, `short_description`) and language. */
  texts: Map<string, string>
}

/** Everything that the methods of one bot work on. */
export interface Backend {
  readonly token: string
  readonly world: World
  readonly updates: UpdateQueue
  readonly webhook: WebhookSender
  readonly callbacks: CallbackQueries
  readonly files: FileStore
  readonly limits: RateLimiter
  readonly settings: BotSettings
  /** Profile pictures made so far, by person. */
  readonly pictureIds: Map<number, TgPhotoSize>
}

export interface Call {
  params: Params
  /** Aborted when the caller's connection has gone. */
  gone: AbortSignal
}

/** One Bot API method: reads its arguments, acts on the world, returns `result` or throws a TelegramError. */
export type Method = (backend: Backend, call: Call) => unknown
