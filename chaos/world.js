// @ts-check
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startDiscordSandbox } from '../dist/sandbox/discord/server.js'
import { startTelegramSandbox } from '../dist/sandbox/telegram/start-telegram-sandbox.js'
import { zoneOfNoon } from '../test/support/noon.js'
import { freePort } from '../test/support/postgres-server.js'
import { startProxy } from '../test/support/tcp-proxy.js'
import { dice } from './dice.js'
import { Program } from './victim/program.js'

const PEOPLE = 9
/** The first of them have a Telegram and a Discord and may say that they are one. */
export const PAIRS = 4
/** These have turned notices off. */
export const MUTED = [7, 8]
const FIRST_TELEGRAM_ID = 920_000_000

/** How the program is spread over processes; one of these by the seed. */
const SHAPES = [[''], ['', 'worker'], ['web,worker', 'telegram,discord', 'telegram,discord,worker']]

/** @typedef {Awaited<ReturnType<typeof makeWorld>>} World everything of one run */

/**
 * An invented Telegram and Discord, a database, and the program between them, not yet started.
 * @param {object} options
 * @param {number} options.seed
 * @param {'postgres' | 'embedded'} options.kind
 * @param {string | null} options.mutation
 * @param {import('../test/support/postgres-server.js').PostgresServer | null} options.server where `postgres` is
 */
export async function makeWorld({ seed, kind, mutation, server }) {
  const directory = mkdtempSync(join(tmpdir(), `ttfd-chaos-${seed}-`))
  const [dataDir, hand] = [join(directory, 'data'), join(directory, 'hand')]
  mkdirSync(dataDir, { mode: 0o700 })
  mkdirSync(join(hand, 'synced'), { recursive: true })
  writeFileSync(join(hand, 'clock'), '0')
  writeFileSync(join(hand, 'disk'), 'free')
  /** A date that Telegram writes on what is sent now; null: the present. @type {{ now: number | null }} */
  const telegramDate = { now: null }
  const telegram = await startTelegramSandbox({
    callbackLifeSeconds: 600,
    now: () => telegramDate.now ?? Date.now(),
  })
  const discord = await startDiscordSandbox({ seed })
  const guild = discord.control.find.guild('ttfd')
  const database = kind === 'postgres' && server ? await makeDatabase(server, seed) : null
  const port = await freePort()
  const env = {
    DATA_DIR: dataDir,
    ...(database ? { DATABASE_URL: database.url } : {}),
    PORT: String(port),
    SANDBOX: 'off',
    LOG_LEVEL: 'warn',
    SYNC_POLL_SECONDS: '1',
    COMMUNITY_TIME_ZONE: zoneOfNoon(),
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.url,
    TELEGRAM_GROUP_IDS: String(telegram.chats.supergroup),
    DISCORD_TOKEN: discord.token,
    DISCORD_API_BASE: discord.apiUrl,
    DISCORD_GUILD_ID: guild.id,
    CHAOS_HAND: hand,
    ...(mutation === null ? {} : { CHAOS_MUTATION: mutation }),
  }
  const shape = database ? dice(seed, 'shape').of(SHAPES) : ['']
  const programs = shape.map((only, n) => new Program(env, only, join(directory, `program-${n}.log`)))
  const people = Array.from({ length: PEOPLE }, (_, n) => invite(telegram, discord, n))
  return {
    seed,
    directory,
    dataDir,
    hand,
    site: `http://127.0.0.1:${port}`,
    telegram,
    telegramDate,
    discord,
    guild,
    group: telegram.chats.supergroup,
    server,
    database,
    programs,
    shape,
    people,
    /** A client of the database, past the wire that is cut. */
    async connect() {
      const client = new pg.Client(
        database
          ? { connectionString: database.directUrl }
          : { host: dataDir, user: 'ttfd', database: 'postgres' },
      )
      client.on('error', () => {})
      await client.connect()
      return client
    },
    /** @param {{ keep: boolean }} options keep: files and database stay, to be looked at */
    async close({ keep }) {
      for (const program of programs) await program.end('SIGKILL')
      await telegram.close()
      await discord.close()
      await database?.close({ keep, directory })
      if (!keep) rmSync(directory, { recursive: true, force: true })
    },
  }
}

/**
 * A person on both platforms; not one account before he says so.
 * @param {Awaited<ReturnType<typeof startTelegramSandbox>>} telegram
 * @param {Awaited<ReturnType<typeof startDiscordSandbox>>} discord
 * @param {number} n
 */
function invite(telegram, discord, n) {
  const id = FIRST_TELEGRAM_ID + n
  const person = telegram.control.addPerson({ id, firstName: `Участник ${n}`, languageCode: 'ru' })
  telegram.control.groups.setStatus(telegram.chats.supergroup, id, id, 'member')
  const member = discord.control.addPerson(
    { key: `chaos-${n}`, username: `chaos_${n}`, globalName: `Игрок ${n}` },
    ['ttfd'],
  )
  return { n, telegram: person, discord: member }
}

/** @param {import('../test/support/postgres-server.js').PostgresServer} server @param {number} seed */
async function makeDatabase(server, seed) {
  const name = `chaos_${seed}_${process.pid}_${Date.now()}`
  await onServer(server, `create database ${name} template template0`)
  const wire = await startProxy(server.port)
  const url = `postgres://ttfd@127.0.0.1:${server.port}/${name}`
  return {
    name,
    wire,
    url: `postgres://ttfd@127.0.0.1:${wire.port}/${name}`,
    directUrl: url,
    /** @param {{ keep: boolean, directory: string }} options */
    async close({ keep, directory }) {
      await wire.close()
      // The server ends with the harness; what it holds is kept beside the logs.
      if (keep) execFileSync(join(server.bin, 'pg_dump'), ['-d', url, '-f', join(directory, 'database.sql')])
      await onServer(server, `drop database if exists ${name} with (force)`)
    },
  }
}

/** @param {{ url: string }} server @param {string} statement */
async function onServer(server, statement) {
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  await client.query(statement)
  await client.end()
}
