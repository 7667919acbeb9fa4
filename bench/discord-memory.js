// What our Discord bot keeps in memory while thousands of people talk, beside discord.js with its default caches.
// @ts-check
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { startDiscordSandbox } from '../dist/sandbox/discord/server.js'
import { benchDatabase } from './support/bench-database.js'

/** Both halves bring new people, each more than the bot keeps (2,000): what the second one adds is growth without end. */
const PEOPLE_PER_HALF = 4_000
const MESSAGES_PER_HALF = 10_000
/** Fills what has a fixed size in both: connections, compiled code, the 200 messages a channel of discord.js. */
const WARM_UP = 2_000
/** So many are under way at once, fewer than the bot's queue takes. */
const BATCH = 1_000
const STEP_MS = 30_000
const CHANNELS = ['welcome', 'general', 'games', 'bots', 'thread', 'post']

/**
 * The same messages go to both clients, each in a process of its own; heap in use after a collection.
 * @param {{ server: { url: string }, say: (line: string) => void }} options
 * @returns {Promise<import('./support/report.js').Figure[]>}
 */
export async function benchDiscordMemory({ server, say }) {
  const { db, url } = await benchDatabase(server.url, 10)
  // No time is measured here, so nothing waits for the disk.
  await sql.raw('alter database bench_10 set synchronous_commit = off').execute(db.kysely)
  await db.close()
  const discord = await startDiscordSandbox()
  const login = { token: discord.token, apiBase: discord.apiUrl, databaseUrl: url }
  const clients = [startClient(), startClient()]
  try {
    const [ours, outside] = clients
    await ours?.ask({ start: { kind: 'ours', ...login } })
    await outside?.ask({ start: { kind: 'default', ...login } })
    const talk = talker(discord, clients)
    await talk(invite(discord, 'warm', 100), WARM_UP)
    const before = await heaps(clients)
    await talk(invite(discord, 'first', PEOPLE_PER_HALF), MESSAGES_PER_HALF)
    const middle = await heaps(clients)
    await talk(invite(discord, 'second', PEOPLE_PER_HALF), MESSAGES_PER_HALF)
    const after = await heaps(clients)
    for (const [at, heap] of Object.entries({ before, middle, after }))
      say(`memory ${at}: ours ${heap[0]?.toFixed(2)} MiB, discord.js by default ${heap[1]?.toFixed(2)} MiB`)
    const all = `${2 * MESSAGES_PER_HALF} messages by ${2 * PEOPLE_PER_HALF} people`
    return [
      growth(`heap growth over ${all}; outside: discord.js with its default caches`, before, after, 0.5),
      growth('the same, second half alone, as many new people again', middle, after, 0.25),
    ]
  } finally {
    for (const client of clients) client.stop()
    await discord.close()
  }
}

/** @param {string} name @param {number[]} from @param {number[]} to @param {number} most */
function growth(name, from, to, most) {
  const [ours = Number.NaN, outside = Number.NaN] = to.map(
    (heap, index) => heap - (from[index] ?? Number.NaN),
  )
  return { name, ours, outside, unit: 'MiB', ratio: ours / outside, aim: `ratio <= ${most}` }
}

/** @param {ReturnType<typeof startClient>[]} clients @returns {Promise<number[]>} MiB */
function heaps(clients) {
  return Promise.all(clients.map(async (client) => (await client.ask({ heap: true })).heap))
}

/** Lets people talk in turns and waits until every client has seen all of it. @param {any} discord @param {any[]} clients */
function talker(discord, clients) {
  let said = 0
  return async (/** @type {any[]} */ people, /** @type {number} */ messages) => {
    for (let n = 0; n < messages; n++) {
      const person = people[n % people.length]
      person.say(
        discord.control.find.channel(CHANNELS[n % CHANNELS.length]).id,
        `Message ${n}, unlike any other`,
      )
      said += 1
      if (said % BATCH === 0) await Promise.all(clients.map((client) => client.ask({ seen: said })))
    }
  }
}

/**
 * Members of the guild whom the gateway never listed, as in every large guild: they show up with what they write.
 * @param {any} discord @param {string} name @param {number} count
 */
function invite(discord, name, count) {
  const guild = discord.control.find.guild('ttfd')
  return Array.from({ length: count }, (_, n) => {
    const person = discord.control.addPerson({
      key: `${name}-${n}`,
      username: `${name}.${n}`,
      globalName: `${name} ${n}`,
    })
    const joinedAt = Date.now()
    const facts = { nick: null, joinedAt, mute: false, deaf: false, timeoutUntil: null }
    guild.members.set(person.id, { userId: person.id, roles: new Set(), ...facts })
    return person
  })
}

/** A process with one client; it is asked one thing at a time. */
function startClient() {
  const file = fileURLToPath(new URL('./support/discord-client.js', import.meta.url))
  const child = fork(file, [], { execArgv: ['--expose-gc'] })
  return {
    /** @param {object} order @returns {Promise<any>} */
    ask: (order) =>
      new Promise((resolve, reject) => {
        const end = (/** @type {() => void} */ settle) => {
          clearTimeout(timer)
          child.off('message', answered)
          child.off('exit', ended)
          settle()
        }
        const answered = (/** @type {unknown} */ answer) => end(() => resolve(answer))
        const ended = () => end(() => reject(new Error('the Discord client ended')))
        const late = () => end(() => reject(new Error(`no answer to ${Object.keys(order)} in ${STEP_MS} ms`)))
        const timer = setTimeout(late, STEP_MS)
        child.once('message', answered)
        child.once('exit', ended)
        child.send(order)
      }),
    stop: () => void child.kill(),
  }
}
