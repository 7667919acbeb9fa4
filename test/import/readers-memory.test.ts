import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs'
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
