import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { built } from '../support/built.js'

const folder = mkdtempSync(join(tmpdir(), 'ttfd-large-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A gigabyte, or a twentieth of it. */
const MEMBERS = process.env.LONG ? 2_600_000 : 130_000
const RSS_MB_MAX = 256
/** Below lie ids that are no people's. */
const FIRST_ID = 10_000_000

/** Writes what an expression says about a store that was opened both ways, by a thread and without; only what was built has threads. */
async function askBuilt(script: string): Promise<unknown> {
  const head = ['open-store', 'run/store-lines']
    .map((file) => pathToFileURL(built(`import/${file}.js`)).href)
    .map((url, at) => `const module${at} = await import(${JSON.stringify(url)})`)
  const code = `${head.join('\n')}
    const { openStore } = module0, { linesOf } = module1
    ${script}`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code])
  return JSON.parse(stdout)
}

test('a thread makes the same of a store as whoever reads it himself, and tells of the same damage', async () => {
  const path = join(folder, 'threads.json')
  const users = Object.fromEntries(
    Array.from({ length: 9_000 }, (_, n) => {
      const id = String(FIRST_ID + n)
      return [id, { telegram_id: id, first_name: 'Ёж', xp: n % 7 === 0 ? -1 : n, note: 'x'.repeat(400) }]
    }),
  )
  const text = JSON.stringify({ users })
  writeFileSync(path, text)
  writeFileSync(`${path}.cut`, text.slice(0, -9))
  const told = await askBuilt(`
    const bytes = (text) => typeof text === 'string' ? new TextEncoder().encode(text) : text
    const order = { firstNumber: 7, erased: null }
    const all = []
    for (const inThreads of [false, true]) {
      const store = await openStore('telegram', ${JSON.stringify(path)}, { timeZone: 'Europe/Moscow', inThreads })
      const tables = { records: '', links: '', rejected: '' }
      let end
      for await (const { lines, ...rest } of store.lines?.(order) ?? linesOf(store, order)) {
        for (const { table, text } of lines) tables[table] += Buffer.from(bytes(text)).toString() + '\\n'
        end = rest
      }
      await store.close()
      const cut = await openStore('telegram', ${JSON.stringify(`${path}.cut`)}, { timeZone: 'Europe/Moscow', inThreads })
        .catch(({ name, reason, detail }) => ({ name, reason, detail }))
      all.push({ threaded: store.lines !== undefined, tables, end, hash: store.hash(), cut })
    }
    const [alone, thread] = all.map(({ threaded, ...rest }) => JSON.stringify(rest))
    console.log(JSON.stringify({
      threaded: all.map((one) => one.threaded), same: alone === thread, cut: all[0].cut.reason, rejected: all[0].tables.rejected.length > 0,
    }))`)
  expect(told).toEqual({ threaded: [false, true], same: true, cut: 'truncated', rejected: true })
})

test('a file of any size is read in the same small memory', async () => {
  const path = join(folder, 'user_data.json')
  const out = createWriteStream(path)
  out.write('{"users":{')
  for (let n = 0; n < MEMBERS; n += 1_000) {
    const members = Array.from({ length: 1_000 }, (_, k) => {
      const record = {
        telegram_id: String(FIRST_ID + n + k),
        first_name: 'Участник',
        xp: 1,
        note: 'x'.repeat(340),
      }
      return `"${FIRST_ID + n + k}":${JSON.stringify(record)}`
    })
    if (!out.write(`${n === 0 ? '' : ','}${members.join()}`)) await once(out, 'drain')
  }
  out.end('}}')
  await once(out, 'finish')
  expect(statSync(path).size / 1e6).toBeGreaterThan(MEMBERS * 0.0004)

  const script = `
    const { openStore } = await import(${JSON.stringify(pathToFileURL(built('import/open-store.js')).href)})
    const store = await openStore('telegram', ${JSON.stringify(path)}, { timeZone: 'Europe/Moscow' })
    let xp = 0
    for await (const { items } of store.read()) for (const { record } of items) xp += record.xp
    // Not resourceUsage().maxRSS: that begins at the size of the process that started this one.
    const { readFileSync } = await import('node:fs')
    const peak = Number(/VmHWM:\\s+(\\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024
    console.log(JSON.stringify({ xp, rss: peak }))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
  const { xp, rss } = JSON.parse(stdout) as { xp: number; rss: number }
  expect(xp).toBe(MEMBERS)
  expect(rss).toBeLessThan(RSS_MB_MAX)
}, 600_000)
