// @ts-check
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const FILE = fileURLToPath(new URL('./telegram-server.js', import.meta.url))
const WAIT_MS = 20_000

/** Starts the sandbox's Telegram in a process of its own (see telegram-server.js). */
export async function startTelegramChild() {
  const child = fork(FILE, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  /** @type {Map<number, (at: number) => void>} */
  const awaited = new Map()
  /** @type {(message: any) => void} */
  let answered = () => {}
  child.on('message', (/** @type {any} */ message) => {
    if (message.chat === undefined) return answered(message)
    awaited.get(message.chat)?.(message.at)
    awaited.delete(message.chat)
  })
  /** @param {object} [order] @returns {Promise<any>} */
  const ask = (order) =>
    new Promise((resolve, reject) => {
      child.once('exit', () => reject(new Error('the Telegram of the bench ended')))
      answered = resolve
      if (order) child.send(order)
    })
  const { url, token } = await ask()
  return {
    url: String(url),
    token: String(token),
    /** Makes people who start the bot. @param {readonly number[]} people */
    addPeople: (people) => ask({ people }),
    /** When the next message to this person arrived, in milliseconds of the machine's monotonic clock. @param {number} id @returns {Promise<number>} */
    received: (id) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no notice came to ${id}`)), WAIT_MS)
        awaited.set(id, (at) => {
          clearTimeout(timer)
          resolve(at)
        })
      }),
    stop: () => void child.kill('SIGKILL'),
  }
}
