import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { checkSandboxMark } from '../../src/app/sandbox-mark.js'
import { makeClient } from '../../src/platforms/discord/client.js'
import { LiveHub } from '../../src/platforms/web/live/live-hub.js'
import { makeAward, writerOn } from '../support/awards.js'
import { freshDatabase } from '../support/databases.js'

/** Rules of safety that no single part owns. */

const SRC = fileURLToPath(new URL('../../src/', import.meta.url))

test('invented and living members never share a database', async () => {
  const db = await freshDatabase('postgres')
  const check = (sandbox: boolean, realToken: boolean) => checkSandboxMark(db, { sandbox, realToken })
  const writer = writerOn(db)
  onTestFinished(() => writer.close())
  expect(await check(false, true)).toBe('ok')
  await writer.award(makeAward({ type: 'welcome' }))
  expect(await check(true, false)).toBe('accounts_without_mark')
  expect(await check(false, true)).toBe('ok')

  const empty = await freshDatabase('postgres')
  const other = (sandbox: boolean, realToken: boolean) => checkSandboxMark(empty, { sandbox, realToken })
  expect(await other(true, false)).toBe('ok')
  expect(await other(false, true)).toBe('mark_with_real_token')
  expect(await other(true, false)).toBe('ok')
})

test('chance that decides anything comes from crypto: Math.random spreads the waits of the worker alone', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file))
  const found = files.filter((file) => readFileSync(SRC + file, 'utf8').includes('Math.random'))
  expect(found.filter((file) => !file.startsWith('sandbox/'))).toEqual(['app/start-worker.ts'])
})

test('Discord pings nobody, whatever a name says', () => {
  const client = makeClient({ apiBase: 'http://127.0.0.1:9/api', shards: undefined }, [])
  onTestFinished(() => client.destroy())
  expect(client.options.allowedMentions).toEqual({ parse: [], repliedUser: false })
})

/** A server that opens a live page for whoever connects, as long as the hub admits him. */
async function startHub(hub: LiveHub, topic: object, addressOf: () => string) {
  const server = createServer((_, response) => {
    const address = addressOf()
    if (hub.admits(address)) hub.open(topic as never, response, address, 'ru')
    else response.writeHead(429).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const bound = server.address()
  onTestFinished(() => {
    hub.close()
    server.closeAllConnections()
    server.close()
  })
  return typeof bound === 'object' && bound ? bound.port : 0
}

describe('a live page', () => {
  test('is refused when all together are as many as this process holds, and admitted again when one closes', async () => {
    const hub = new LiveHub({ perAddressMax: 2, readersMax: 3, onError: () => {} })
    const topic = { key: 'test', pauseMs: 0, concerns: () => true, render: async () => ({ summary: 'x' }) }
    let address = ''
    const port = await startHub(hub, topic, () => address)
    const open = async (from: string) => {
      address = from
      const abort = new AbortController()
      onTestFinished(() => abort.abort())
      const { status } = await fetch(`http://127.0.0.1:${port}/`, { signal: abort.signal })
      return { status, close: () => abort.abort() }
    }
    const first = await open('203.0.113.1')
    const statuses = [first.status]
    for (const from of [1, 1, 2, 3, 4]) statuses.push((await open(`203.0.113.${from}`)).status)
    // Two of the first address, then the one place that is left.
    expect(statuses).toEqual([200, 200, 429, 200, 429, 429])
    first.close()
    while (hub.readers > 2) await new Promise((resolve) => setImmediate(resolve))
    expect((await open('203.0.113.4')).status).toBe(200)
    expect((await open('203.0.113.5')).status).toBe(429)
  })

  test('whose reader takes nothing is let go, and the others are not held up', async () => {
    let version = 0
    const hub = new LiveHub({ perAddressMax: 0, onError: () => {} })
    const topic = {
      key: 'test',
      pauseMs: 0,
      concerns: () => true,
      render: async () => ({ summary: `${++version}${'x'.repeat(400_000)}` }),
    }
    const port = await startHub(hub, topic, () => '127.0.0.1')
    const slow = connect(port, '127.0.0.1')
    onTestFinished(() => void slow.destroy())
    slow.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    slow.pause()
    while (hub.readers === 0) await new Promise((resolve) => setImmediate(resolve))
    for (let pushes = 0; hub.readers > 0 && pushes < 500; pushes++) {
      const seen = version
      hub.changed([1])
      while (version === seen && hub.readers > 0) await new Promise((resolve) => setImmediate(resolve))
    }
    expect(hub.readers).toBe(0)
  })
})
