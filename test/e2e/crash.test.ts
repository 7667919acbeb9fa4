import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  startTelegramSandbox,
  type TelegramSandbox,
} from '../../src/sandbox/telegram/start-telegram-sandbox.js'
import { createPostgresDatabase, KINDS, type Kind, layEmbedded } from '../support/databases.js'
import { program } from '../support/program.js'

const KILLS = process.env.LONG ? { embedded: 20, postgres: 20 } : { embedded: 1, postgres: 2 }
const PEOPLE = 12
/** The load runs this long before the process is killed. */
const LOAD_MS = { least: 200, most: 900 }

// A seed that is printed repeats the same people, acts and moments.
const SEED = Number(process.env.SEED ?? 20_260_208)

function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

type Sent = { key: string; updateId: number }

/** People who write in a group and press Start, as fast as the sandbox takes it, and what they did. */
class Crowd {
  readonly messages: Sent[] = []
  readonly starts = new Map<string, number>()
  #running = false
  #done: Promise<void> = Promise.resolve()

  constructor(
    readonly sandbox: TelegramSandbox,
    readonly random: () => number,
  ) {
    for (let n = 0; n < PEOPLE; n++) {
      const id = 910_000_000 + n
      sandbox.control.addPerson({ id, firstName: `Участник ${n}`, languageCode: 'ru' })
      sandbox.control.groups.setStatus(sandbox.chats.supergroup, id, id, 'member')
    }
  }

  begin(): void {
    this.#running = true
    this.#done = this.#act()
  }

  async pause(): Promise<void> {
    this.#running = false
    await this.#done
  }

  get lastUpdate(): number {
    return Math.max(0, ...this.messages.map((sent) => sent.updateId), ...this.starts.values())
  }

  async #act(): Promise<void> {
    while (this.#running) {
      const person = this.sandbox.control.person(910_000_000 + Math.floor(this.random() * PEOPLE))
      if (this.random() < 0.1) {
        const { updateId } = person.start()
        if (updateId !== undefined) this.starts.set(String(person.id), updateId)
      } else {
        const text = `${this.random()} ${'слово '.repeat(Math.floor(this.random() * 30))}`
        const { message, updateId } = person.send(text, this.sandbox.chats.supergroup)
        if (updateId === undefined) throw new Error('the bot does not see its group')
        this.messages.push({ key: `telegram:message:${message.chat.id}:${message.message_id}`, updateId })
      }
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  }
}

async function place(kind: Kind): Promise<Record<string, string>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'ttfd-crash-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  if (kind === 'embedded') {
    layEmbedded(dataDir)
    return { DATA_DIR: dataDir }
  }
  const { url, drop } = await createPostgresDatabase('ttfd_template')
  onTestFinished(drop)
  return { DATA_DIR: dataDir, DATABASE_URL: url }
}

describe.each(KINDS)('kill -9 under load on %s', (kind) => {
  const kills = KILLS[kind]
  test(`${kills} times: every message counts once, none is lost, and doctor finds nothing`, {
    timeout: 120_000 + kills * 60_000,
  }, async () => {
    const random = seeded(SEED)
    const database = await place(kind)
    const sandbox = await startTelegramSandbox({ callbackLifeSeconds: 600 })
    onTestFinished(() => sandbox.close())
    const ttfd = program({
      ...database,
      PORT: '0',
      TELEGRAM_BOT_TOKEN: sandbox.token,
      TELEGRAM_API_ROOT: sandbox.url,
      TELEGRAM_GROUP_IDS: String(sandbox.chats.supergroup),
    })
    const crowd = new Crowd(sandbox, random)

    for (let kill = 1; kill <= kills; kill++) {
      await ttfd.start()
      await ttfd.line(/Telegram: @\S+ на связи/)
      crowd.begin()
      await new Promise((resolve) =>
        setTimeout(resolve, LOAD_MS.least + random() * (LOAD_MS.most - LOAD_MS.least)),
      )
      // A load it must have been, however slow the machine.
      await expect.poll(() => crowd.messages.length).toBeGreaterThan(kill * 20)
      await ttfd.end('SIGKILL')
      await crowd.pause()
    }
    await ttfd.start()
    await sandbox.control.waitForConfirmed(crowd.lastUpdate, 60_000)

    const counted = () =>
      ttfd.sql<{ dedupe_key: string }>(
        `select dedupe_key from cross_platform_events where event_type = 'message_sent'`,
      )
    const lost = () => {
      const keys = new Set(counted().map((row) => row.dedupe_key))
      return crowd.messages.filter((sent) => !keys.has(sent.key))
    }
    // Confirmed may mean kept on the disk: it is written a moment later.
    await expect.poll(lost, { message: `seed ${SEED}: lost`, timeout: 30_000, interval: 500 }).toEqual([])
    expect(counted().length, 'events that nobody caused').toBe(crowd.messages.length)

    const welcomed = ttfd.sql<{ telegram_id: string }>(
      `select u.telegram_id from cross_platform_events e join unified_users u on u.id = e.user_id
         where e.event_type = 'xp_change' and e.data ->> 'reason' = 'welcome'`,
    )
    expect(welcomed.map((row) => row.telegram_id).sort()).toEqual([...crowd.starts.keys()].sort())

    const failing = () => {
      const { out } = ttfd.cli('doctor', '--json')
      const { findings } = JSON.parse(out) as { findings: { level: string; message: string }[] }
      return findings.filter((finding) => finding.level === 'fail')
    }
    // The boards are counted and the parts give their signs of life within seconds.
    await expect.poll(failing, { timeout: 30_000, interval: 1_000 }).toEqual([])
    // In time: a program that has to give up waiting ends with another code.
    expect((await ttfd.end('SIGTERM')).code).toBe(0)
  })
})
