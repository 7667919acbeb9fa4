import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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

interface Answer {
  ok: boolean
  result?: Record<string, unknown>
  error_code?: number
  description?: string
}

async function call(method: string, args: Record<string, unknown> = {}): Promise<Answer> {
  const answer = await fetch(`${sandbox.url}/bot${sandbox.token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(args),
  })
  return (await answer.json()) as Answer
}

const say = (text: string, more: Record<string, unknown> = {}) =>
  call('sendMessage', { chat_id: chat, text, ...more })
const html = (text: string) => say(text, { parse_mode: 'HTML' })
const markdown = (text: string) => say(text, { parse_mode: 'MarkdownV2' })

describe('texts', () => {
  test.each([
    ['', 'message text is empty'],
    [' \n ', 'message text is empty'],
    ['x'.repeat(4097), 'message is too long'],
    ['\ud800', 'strings must be encoded in UTF-8'],
  ])('%j is refused', async (text, reason) => {
    expect(await say(text)).toMatchObject({
      ok: false,
      error_code: 400,
      description: `Bad Request: ${reason}`,
    })
  })

  test('4,096 characters fit, emoji count once, white space around is cut', async () => {
    expect(await say('🦊'.repeat(4096))).toMatchObject({ ok: true })
    expect(await say('  \n hello \u0007 there \n')).toMatchObject({ result: { text: 'hello   there' } })
  })

  test('a caption over 1,024 characters is refused', async () => {
    sandbox.people.anya.start()
    const photo = sandbox.files.addPhoto(onePixel()).size.file_id
    const send = (caption: string) => call('sendPhoto', { chat_id: chat, photo, caption })
    expect(await send('c'.repeat(1024))).toMatchObject({ ok: true })
    expect(await send('c'.repeat(1025))).toMatchObject({
      description: 'Bad Request: message caption is too long',
    })
    expect(await call('sendPhoto', { chat_id: chat, photo: 'https://example.com/a.png' })).toMatchObject({
      description: 'Bad Request: failed to get HTTP URL content',
    })
  })
})

function onePixel(): Uint8Array {
  return Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  )
}

describe('HTML', () => {
  test('nested tags become entities, outer before inner, in UTF-16 units', async () => {
    expect(
      await html(
        '🦊 <b>bold <i>both</i></b> &lt;&amp;&gt;&#33; <a href="https://t.me/x?a=1&amp;b=2">link</a>',
      ),
    ).toMatchObject({
      result: {
        text: '🦊 bold both <&>! link',
        entities: [
          { type: 'bold', offset: 3, length: 9 },
          { type: 'italic', offset: 8, length: 4 },
          { type: 'text_link', offset: 18, length: 4, url: 'https://t.me/x?a=1&b=2' },
        ],
      },
    })
  })

  test('code with a language, quotes and spoilers are known', async () => {
    const source =
      '<pre><code class="language-ts">let x</code></pre><blockquote expandable>q</blockquote><tg-spoiler>s</tg-spoiler><span class="tg-spoiler">p</span>'
    expect(await html(source)).toMatchObject({
      result: {
        entities: [
          { type: 'pre', offset: 0, length: 5, language: 'ts' },
          { type: 'expandable_blockquote', offset: 5, length: 1 },
          { type: 'spoiler', offset: 6, length: 1 },
          { type: 'spoiler', offset: 7, length: 1 },
        ],
      },
    })
  })

  test('a link to a person is a mention; a link that Telegram refuses is plain text', async () => {
    expect(await html(`<a href="tg://user?id=${chat}">Аня</a>`)).toMatchObject({
      result: { entities: [{ type: 'text_mention', user: { id: chat } }] },
    })
    const { result } = await html('<a href="javascript:alert(1)">here</a>')
    expect(result).not.toHaveProperty('entities')
  })

  test.each([
    ['a < b', 'Unsupported start tag "" at byte offset 2'],
    ['я <x>y</x>', 'Unsupported start tag "x" at byte offset 3'],
    ['<b>open', `Can't find end tag corresponding to start tag "b"`],
    ['<b><i>x</b></i>', 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'],
    ['x</b>', 'Unexpected end tag at byte offset 1'],
    ['<b', 'Unclosed start tag at byte offset 0'],
    ['<a href="x', 'Unclosed start tag at byte offset 0'],
    ['<span class="other">x</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'],
  ])('%s is refused', async (text, reason) => {
    expect(await html(text)).toMatchObject({
      ok: false,
      error_code: 400,
      description: `Bad Request: can't parse entities: ${reason}`,
    })
  })
})

describe('MarkdownV2', () => {
  test('marks nest and escapes count once', async () => {
    expect(
      await markdown('*bold _it_ __under__* ~s~ ||sp|| `co\\`de` [l](https://t.me/a\\)b) 1\\.5'),
    ).toMatchObject({
      result: {
        text: 'bold it under s sp co`de l 1.5',
        entities: [
          { type: 'bold', offset: 0, length: 13 },
          { type: 'italic', offset: 5, length: 2 },
          { type: 'underline', offset: 8, length: 5 },
          { type: 'strikethrough', offset: 14, length: 1 },
          { type: 'spoiler', offset: 16, length: 2 },
          { type: 'code', offset: 19, length: 5 },
          { type: 'text_link', offset: 25, length: 1, url: 'https://t.me/a)b' },
        ],
      },
    })
  })

  test('code blocks and quotes', async () => {
    expect(await markdown('```js\nx = 1;\n```\n>one\n>two||\nend')).toMatchObject({
      result: {
        text: 'x = 1;\n\none\ntwo\nend',
        entities: [
          { type: 'pre', offset: 0, length: 7, language: 'js' },
          { type: 'expandable_blockquote', offset: 8, length: 7 },
        ],
      },
    })
  })

  test.each([
    ['1.5', "Character '.' is reserved and must be escaped with the preceding '\\'"],
    ['*bold', "Can't find end of Bold entity at byte offset 0"],
    ['я `x', "Can't find end of Code entity at byte offset 3"],
    ['[a](b', "Can't find end of a URL at byte offset 3"],
  ])('%s is refused', async (text, reason) => {
    expect(await markdown(text)).toMatchObject({
      description: `Bad Request: can't parse entities: ${reason}`,
    })
  })
})

test('commands, mentions, links and tags are found in what people type, but not in code', async () => {
  const { message } = sandbox.people.anya.send(
    '/top@ttfd_sandbox_bot see https://ttfd.gg/a. @mia_fox #fun a/b',
  )
  expect(message.entities).toEqual([
    { type: 'bot_command', offset: 0, length: 21 },
    { type: 'url', offset: 26, length: 17 },
    { type: 'mention', offset: 45, length: 8 },
    { type: 'hashtag', offset: 54, length: 4 },
  ])
  const { result } = await html('<code>/start</code> /help')
  expect(result?.entities).toEqual([
    { type: 'code', offset: 0, length: 6 },
    { type: 'bot_command', offset: 7, length: 5 },
  ])
})

describe('keyboards', () => {
  const keyboard = (button: unknown) => say('k', { reply_markup: { inline_keyboard: [[button]] } })
  test.each([
    [{ text: 'a', callback_data: 'я'.repeat(33) }, 'BUTTON_DATA_INVALID'],
    [{ text: 'a', callback_data: '' }, 'BUTTON_DATA_INVALID'],
    [{ text: '  ', callback_data: 'x' }, 'inline keyboard button text must be non-empty'],
    [{ text: 'a' }, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"],
    [
      { text: 'a', url: 'http://localhost:3000/' },
      "inline keyboard button URL 'http://localhost:3000/' is invalid: Wrong HTTP URL",
    ],
    [{ text: 'a', pay: true }, 'BUTTON_TYPE_INVALID'],
  ])('%j is refused', async (button, reason) => {
    expect(await keyboard(button)).toMatchObject({ error_code: 400, description: `Bad Request: ${reason}` })
  })

  test('64 bytes of data, addresses and other markups pass; nonsense does not', async () => {
    expect(await keyboard({ text: 'a', callback_data: 'я'.repeat(32) })).toMatchObject({ ok: true })
    expect(await keyboard({ text: 'a', url: 'http://127.0.0.1:3000/x' })).toMatchObject({ ok: true })
    expect(await say('k', { reply_markup: { remove_keyboard: true } })).toMatchObject({ ok: true })
    expect(await say('k', { reply_markup: 'no json' })).toMatchObject({ error_code: 400 })
    expect(await say('k', { reply_markup: [] })).toMatchObject({
      description: 'Bad Request: object expected as reply markup',
    })
  })
})

describe('editing, deleting, answering', () => {
  const edit = (message_id: unknown, text: string, more = {}) =>
    call('editMessageText', { chat_id: chat, message_id, text, ...more })

  test('the same content is refused, other content and markup alone are not', async () => {
    const sent = await html('<b>x</b>')
    const id = sent.result?.message_id
    expect(await edit(id, '<b>x</b>', { parse_mode: 'HTML' })).toMatchObject({
      description: expect.stringContaining('message is not modified'),
    })
    expect(await edit(id, 'x')).toMatchObject({ ok: true })
    const reply_markup = { inline_keyboard: [[{ text: 'a', callback_data: 'b' }]] }
    expect(await edit(id, 'x', { reply_markup })).toMatchObject({ ok: true })
    expect(await call('editMessageReplyMarkup', { chat_id: chat, message_id: id })).toMatchObject({
      ok: true,
    })
  })

  test('what is not there or not ours is refused', async () => {
    const own = sandbox.people.anya.send('mine').message.message_id
    expect(await edit(999_999_999, 'x')).toMatchObject({
      description: 'Bad Request: message to edit not found',
    })
    expect(await edit(own, 'x')).toMatchObject({ description: "Bad Request: message can't be edited" })
    const group = sandbox.people.anya.send('mine', sandbox.chats.group).message.message_id
    expect(await call('deleteMessage', { chat_id: sandbox.chats.group, message_id: group })).toMatchObject({
      description: "Bad Request: message can't be deleted for everyone",
    })
    expect(await call('deleteMessage', { chat_id: chat, message_id: own })).toMatchObject({ ok: true })
    expect(await call('deleteMessage', { chat_id: chat, message_id: own })).toMatchObject({
      description: 'Bad Request: message to delete not found',
    })
    expect(await say('x', { reply_parameters: { message_id: 999_999_999 } })).toMatchObject({
      description: 'Bad Request: message to be replied not found',
    })
  })

  test('a button press is answered once and in time', async () => {
    const { anya } = sandbox.people
    await say('k', { reply_markup: { inline_keyboard: [[{ text: 'a', callback_data: 'b' }]] } })
    const message = sandbox.control.messagesIn(chat).at(-1)
    if (!message) throw new Error('no message')
    const answer = (id: string) => call('answerCallbackQuery', { callback_query_id: id })
    const press = anya.press(message, { data: 'b' })
    expect(await answer(press.query.id)).toMatchObject({ ok: true, result: true })
    const old = 'Bad Request: query is too old and response timeout expired or query ID is invalid'
    expect(await answer(press.query.id)).toMatchObject({ error_code: 400, description: old })
    const stale = anya.pressData(message, 'anything', { expired: true })
    expect(await answer(stale.query.id)).toMatchObject({ description: old })
    expect(await answer('made up')).toMatchObject({ description: old })
  })
})
