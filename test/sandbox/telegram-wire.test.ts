import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { gradientPng } from '../../src/sandbox/images.js'
import {
  startTelegramSandbox,
  type TelegramSandbox,
} from '../../src/sandbox/telegram/start-telegram-sandbox.js'

let sandbox: TelegramSandbox
let chat: number
beforeAll(async () => {
  sandbox = await startTelegramSandbox()
  sandbox.people.anya.start()
  chat = sandbox.people.anya.id
})
afterAll(() => sandbox.close())

describe('the wire', () => {
  const root = () => `${sandbox.url}/bot${sandbox.token}`

  test('GET, forms and any letter case are the same call', async () => {
    const byQuery = await fetch(`${root()}/SENDMESSAGE?chat_id=${chat}&text=one`)
    expect(await byQuery.json()).toMatchObject({ ok: true, result: { text: 'one' } })
    const body = new URLSearchParams({ chat_id: `${chat}`, text: 'two' })
    const byForm = await fetch(`${root()}/sendMessage`, { method: 'POST', body })
    expect(await byForm.json()).toMatchObject({ ok: true, result: { text: 'two' } })
    const form = new FormData()
    form.set('chat_id', `${chat}`)
    form.set('photo', new Blob([new Uint8Array(gradientPng(1, 0, 0))]), 'dot.png')
    const byParts = await fetch(`${root()}/sendPhoto`, { method: 'POST', body: form })
    expect(await byParts.json()).toMatchObject({ ok: true, result: { photo: [{ width: 1, height: 1 }] } })
  })

  test('unknown methods are 404, broken JSON is 400, each as JSON of Telegram', async () => {
    const unknown = await fetch(`${root()}/sendHologram`)
    expect(unknown.status).toBe(404)
    expect(await unknown.json()).toEqual({
      ok: false,
      error_code: 404,
      description: 'Not Found: method not found',
    })
    const broken = await fetch(`${root()}/getMe`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    })
    expect(await broken.json()).toMatchObject({ ok: false, error_code: 400 })
  })

  test('it listens on 127.0.0.1 only', () => {
    expect(new URL(sandbox.url).hostname).toBe('127.0.0.1')
  })
})
