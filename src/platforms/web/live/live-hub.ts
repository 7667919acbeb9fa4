import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { Locale } from '../../../i18n/translate.js'

/** Named fragments of a page, as SSE sends them: event name and one line of HTML. */
type Fragments = Record<string, string>

export type LiveTopic = {
  /** Same key, same fragments (for one language). */
  key: string
  /** Draws the fragments as they are now; null when the page is gone (a profile that became private). */
  render: (locale: Locale) => Promise<Fragments | null>
  /** Whether a change of these accounts concerns the page; an empty list means that boards were counted anew. */
  concerns: (accountIds: readonly number[]) => boolean
  /** Milliseconds between two pushes at least. */
  pauseMs: number
}

type Reader = { response: ServerResponse; address: string; locale: Locale }
type Room = {
  topic: LiveTopic
  readers: Set<Reader>
  dirty: boolean
  pushing: boolean
  sent: Map<Locale, Fragments>
}

/** A reader that does not take what it is sent is let go; its browser comes back by itself. */
const UNSENT_BYTES_MAX = 65_536
const PING_MS = 25_000
/** Open pages of this process, some 20 kB each: what comes from many addresses at once must not exhaust it either. */
const READERS_MAX = 20_000

/**
 * Live pages: each open page is one response kept open. A change draws a page's fragments once per language and sends
 * to all its readers only what differs from what they have. The first change goes out at once, more within the pause
 * go together. Nothing is replayed: a page that reconnects is sent its whole state.
 */
export class LiveHub {
  readonly #rooms = new Map<string, Room>()
  readonly #perAddress = new Map<string, number>()
  readonly #perAddressMax: number
  readonly #onError: (error: unknown) => void
  readonly #ping: NodeJS.Timeout
  #closed = false
  #open = 0

  constructor({ perAddressMax, onError }: { perAddressMax: number; onError: (error: unknown) => void }) {
    this.#perAddressMax = perAddressMax
    this.#onError = onError
    this.#ping = setInterval(() => this.#each((reader) => write(reader, ': \n\n')), PING_MS)
    this.#ping.unref()
  }

  get readers(): number {
    let sum = 0
    for (const room of this.#rooms.values()) sum += room.readers.size
    return sum
  }

  /** Whether one more page may be opened from this address. */
  admits(address: string): boolean {
    if (this.#closed || this.#open >= READERS_MAX) return false
    return this.#perAddressMax === 0 || (this.#perAddress.get(address) ?? 0) < this.#perAddressMax
  }

  /**
   * Takes a response over and keeps it open until its reader leaves. `drawn` holds the marks of fragments that the page
   * shows already: they are not sent a second time when it connects.
   */
  open(
    topic: LiveTopic,
    response: ServerResponse,
    address: string,
    locale: Locale,
    drawn: ReadonlySet<string> = new Set(),
  ): void {
    const room = this.#rooms.get(topic.key) ?? newRoom(topic)
    this.#rooms.set(topic.key, room)
    const reader: Reader = { response, address, locale }
    room.readers.add(reader)
    this.#open += 1
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1)
    response.once('close', () => this.#leave(room, reader))
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    })
    write(reader, 'retry: 2000\n\n')
    void this.#greet(room, reader, drawn)
  }

  /** Tells what changed; see `LiveTopic.concerns`. */
  changed(accountIds: readonly number[]): void {
    for (const room of this.#rooms.values()) {
      if (room.topic.concerns(accountIds)) this.#push(room)
    }
  }

  /** Everything may have changed (the announcements were interrupted). */
  changedAll(): void {
    for (const room of this.#rooms.values()) this.#push(room)
  }

  /** One page may have changed, or may be over. */
  touch(key: string): void {
    const room = this.#rooms.get(key)
    if (room) this.#push(room)
  }

  close(): void {
    this.#closed = true
    clearInterval(this.#ping)
    this.#each((reader) => reader.response.end())
  }

  /** A page that (re)connects may have been drawn long ago: it gets its whole state. */
  async #greet(room: Room, reader: Reader, drawn: ReadonlySet<string>): Promise<void> {
    try {
      const { locale } = reader
      const fragments = await room.topic.render(locale)
      if (!fragments) return void reader.response.end()
      // A push that overtook this drawing is newer.
      const newest = room.sent.get(locale) ?? fragments
      room.sent.set(locale, newest)
      write(reader, frames(unseen(newest, drawn)))
      if (newest !== fragments) this.#push(room)
    } catch (error) {
      this.#onError(error)
    }
  }

  #push(room: Room): void {
    room.dirty = true
    if (room.pushing) return
    room.pushing = true
    void this.#drain(room).finally(() => {
      room.pushing = false
    })
  }

  async #drain(room: Room): Promise<void> {
    while (room.dirty && room.readers.size > 0 && !this.#closed) {
      room.dirty = false
      try {
        await this.#send(room)
      } catch (error) {
        this.#onError(error)
      }
      await new Promise((resolve) => setTimeout(resolve, room.topic.pauseMs))
    }
  }

  async #send(room: Room): Promise<void> {
    for (const locale of new Set([...room.readers].map((reader) => reader.locale))) {
      const fragments = await room.topic.render(locale)
      const readers = [...room.readers].filter((reader) => reader.locale === locale)
      if (!fragments) {
        for (const reader of readers) reader.response.end()
        continue
      }
      const before = room.sent.get(locale) ?? {}
      room.sent.set(locale, fragments)
      const news = Object.fromEntries(
        Object.entries(fragments).filter(([name, html]) => before[name] !== html),
      )
      if (Object.keys(news).length === 0) continue
      const text = frames(news)
      for (const reader of readers) write(reader, text)
    }
  }

  #leave(room: Room, reader: Reader): void {
    if (!room.readers.delete(reader)) return
    this.#open -= 1
    if (room.readers.size === 0) this.#rooms.delete(room.topic.key)
    const left = (this.#perAddress.get(reader.address) ?? 1) - 1
    if (left > 0) this.#perAddress.set(reader.address, left)
    else this.#perAddress.delete(reader.address)
  }

  #each(act: (reader: Reader) => void): void {
    for (const room of this.#rooms.values()) for (const reader of room.readers) act(reader)
  }
}

function newRoom(topic: LiveTopic): Room {
  return { topic, readers: new Set(), dirty: false, pushing: false, sent: new Map() }
}

/** A short mark by which a page says what it shows. */
export function fragmentMark(html: string): string {
  return createHash('sha256').update(html).digest('base64url').slice(0, 8)
}

function unseen(fragments: Fragments, drawn: ReadonlySet<string>): Fragments {
  if (drawn.size === 0) return fragments
  return Object.fromEntries(Object.entries(fragments).filter(([, html]) => !drawn.has(fragmentMark(html))))
}

function frames(fragments: Fragments): string {
  return Object.entries(fragments)
    .map(([name, html]) => `event: ${name}\ndata: ${html}\n\n`)
    .join('')
}

function write({ response }: Reader, text: string): void {
  if (response.writableEnded || response.destroyed) return
  if (response.writableLength > UNSENT_BYTES_MAX) response.destroy()
  else response.write(text)
}
