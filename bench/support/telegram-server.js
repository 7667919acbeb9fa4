// The sandbox's Telegram in a process of its own, started by telegram-child.js: what it does takes no time from the
// program that is measured. Speaks over IPC: { people } is answered when they have started the bot; every message of
// the bot is told as { chat, at } with the machine's monotonic clock in milliseconds.
// @ts-check
import { startTelegramSandbox } from '../../dist/sandbox/telegram/start-telegram-sandbox.js'
import { monotonicMs } from './statistics.js'

const sandbox = await startTelegramSandbox()
sandbox.world.journal.subscribe((/** @type {any} */ event) => {
  if (event.kind === 'message' && event.message.from?.is_bot) {
    process.send?.({ chat: event.chatId, at: monotonicMs() })
  }
})
process.on('message', (/** @type {any} */ { people }) => {
  for (const id of people) {
    sandbox.control.addPerson({ id, firstName: `Person ${id}`, languageCode: 'en' }).start()
  }
  void confirmAll().then(() => process.send?.({ people: people.length }))
})

/** Takes all updates away, so that the bot does not spend Telegram's 30 messages a second on greetings. */
async function confirmAll() {
  for (let offset = 0; ; ) {
    const answer = await fetch(`${sandbox.url}/bot${sandbox.token}/getUpdates?offset=${offset}`)
    const { result } = /** @type {{ result: { update_id: number }[] }} */ (await answer.json())
    const last = result.at(-1)
    if (!last) return
    offset = last.update_id + 1
  }
}

// The parent is gone: nobody measures any more.
process.on('disconnect', () => process.exit(0))
process.send?.({ url: sandbox.url, token: sandbox.token })
