import type { UserFromGetMe } from 'grammy/types'
import type { Deliverer } from '../../core/deliveries/delivery.js'
import { createAccountDeliverer } from './account-deliverer.js'
import { buildApis } from './api.js'
import { updateCommandMenus } from './command-menu.js'
import { createDeliverer } from './deliverer.js'
import { describeError } from './errors.js'
import { registerGroupCommands } from './features/group-commands.js'
import { registerGroupMessages } from './features/group-messages.js'
import { registerHere } from './features/here.js'
import { registerKeeping } from './features/keep.js'
import { registerLinking } from './features/link.js'
import { registerMembership } from './features/membership.js'
import { registerPresses } from './features/presses.js'
import { registerPrivateChat } from './features/private-chat.js'
import { registerSite } from './features/site.js'
import { LeaseKeeper } from './intake/lease-keeper.js'
import { PollLoop } from './intake/poll-loop.js'
import { UpdateDesk } from './intake/update-desk.js'
import { Webhook } from './intake/webhook.js'
import { PlacesBook } from './places.js'
import { TelegramStatusBoard } from './status-board.js'
import { type Kit, type TelegramDeps, type TelegramStatus, TUNING } from './types.js'

export type TelegramBot = {
  /** Begins to receive updates. Resolves at the first known state, and never rejects: it keeps trying by itself. */
  start(): Promise<void>
  /** Ends the intake, lets handlers end and confirms what they have done, within a few seconds. */
  stop(): Promise<void>
  status(): TelegramStatus
  /** Calls `listener` at each change of the state; returns the way to stop that. */
  onStatus(listener: () => void): () => void
  /** Carries events to Telegram for the sync worker; works without `start`. */
  deliverer: Deliverer
  /** Carries what a person must be told or asked at once about his account (the destination `telegram_account`). */
  accountDeliverer: Deliverer
  /** In webhook mode: answers Telegram's calls. */
  webhook?: (request: Request) => Promise<Response>
}

/** Builds the Telegram bot. Nothing is sent or received before `start` or a delivery. */
export function createTelegramBot(deps: TelegramDeps): TelegramBot {
  const { db, settings, log } = deps
  const tuning = { ...TUNING, ...deps.tuning }
  const clock = () => performance.now()
  const { bot, intake, notices, pending } = buildApis(settings, tuning)
  const board = new TelegramStatusBoard(deps.now)
  const kit: Kit = {
    ...deps,
    places: new PlacesBook(db, settings, clock),
    username: () => bot.botInfo.username,
    privacyModeOn: () => !bot.botInfo.can_read_all_group_messages,
  }
  // Order matters: the first that fits handles an update.
  registerMembership(bot, kit)
  registerKeeping(bot, kit)
  registerPresses(bot, kit)
  registerHere(bot, kit)
  registerLinking(bot, kit)
  registerSite(bot, kit)
  registerGroupCommands(bot, kit)
  registerGroupMessages(bot, kit)
  registerPrivateChat(bot, kit)

  const desk = new UpdateDesk(bot, log, tuning, clock)
  const onMe = (me: UserFromGetMe) => {
    bot.botInfo = me
    board.introduce(me.username, !me.can_read_all_group_messages)
    updateCommandMenus(intake).catch((error: unknown) =>
      log.warn({ reason: describeError(error) }, 'the command menu could not be set'),
    )
  }
  const shared = { api: intake, desk, board, log, tuning, onMe }
  const keeper = new LeaseKeeper(db, {
    name: `telegram:${settings.token.split(':')[0]}`,
    holder: settings.holder,
    seconds: tuning.leaseSeconds,
    renewMs: tuning.leaseRenewMs,
    clock,
    log,
  })
  const webhook = settings.webhook ? new Webhook({ ...shared, address: settings.webhook }) : null
  const loop = webhook ? null : new PollLoop({ ...shared, keeper, clock })

  return {
    async start() {
      if (loop) keeper.start()
      loop?.start()
      webhook?.start()
      await board.settled(tuning.firstStatusMs)
    },
    async stop() {
      await (loop ?? webhook)?.stop()
      if (loop) await keeper.stop()
      // Answers that are on their way get a moment to leave.
      await Promise.race([
        Promise.allSettled(pending),
        new Promise((resolve) => setTimeout(resolve, tuning.stopMs).unref()),
      ])
      board.set('stopped')
    },
    status: () => board.status,
    onStatus: (listener) => board.onChange(listener),
    deliverer: createDeliverer(notices, deps),
    accountDeliverer: createAccountDeliverer(notices, deps),
    ...(webhook ? { webhook: (request: Request) => webhook.handle(request) } : {}),
  }
}
