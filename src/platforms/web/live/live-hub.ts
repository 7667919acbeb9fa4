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
  /**
   * Whose changes concern the page: one account's, or what is told of the accounts that changed (an empty list means
   * that boards were counted anew).
   */
  concerns: number | ((accountIds: readonly number[]) => boolean)
  /** Milliseconds between two pushes at least. */
  pauseMs: number
}

type Reader = { response: ServerResponse; address: string; locale: Locale }
type Room = {
  topic: LiveTopic
  readers: Set<Reader>
  dirty: boolean
  pushing: boolean
  /** Grows with each drawing that was sent to all. */
  version: number
  /** What all readers of a language have, as marks: a page's text would weigh more than its readers. */
  sent: Map<Locale, Fragments>
}

/** A reader that does not take what it is sent is let go; its browser comes back by itself. */
const UNSENT_BYTES_MAX = 65_536
const PING_MS = 25_000
/** Open pages of this process, some 20 kB each: what comes from many addresses at once must not exhaust it either. */
const READERS_MAX = 20_000
const PING = Buffer.from(': \n\n')
const RETRY = Buffer.from('retry: 2000\n\n')
/** Drawings for a page that connects while others are being told news without a pause. */
const GREETINGS_MAX = 5

/**
 * Live pages: each open page is one response kept open. A change draws a page's fragments once per language and sends
 * to all its readers only what differs from what they have. The first change goes out at once, more within the pause
 * go together. Nothing is replayed: a page that reconnects is sent its whole state.
 */
export class LiveHub {
  readonly #rooms = new Map<string, Room>()
  /** Rooms about one account, so that a change asks no other. */
  readonly #about = new Map<number, Set<Room>>()
  /** All other rooms. */
  readonly #asked = new Set<Room>()
  readonly #perAddress = new Map<string, number>()
  readonly #perAddressMax: number
  readonly #readersMax: number
  readonly #onError: (error: unknown) => void
  readonly #ping: NodeJS.Timeout
  #closed = false
  #open = 0

  /** `perAddressMax`: open pages of one address, 0 for no bound; `readersMax`: of all together. */
  constructor({
    perAddressMax,
    readersMax = READERS_MAX,
    onError,
  }: {
    perAddressMax: number
    readersMax?: number
    onError: (error: unknown) => void
  }) {
    this.#perAddressMax = perAddressMax
    this.#readersMax = readersMax
    this.#onError = onError
    this.#ping = setInterval(() => this.#each((reader) => write(reader, PING)), PING_MS)
    this.#ping.unref()
  }

  get readers(): number {
    return this.#open
  }

  /** Whether one more page may be opened from this address. */
  admits(address: string): boolean {
    if (this.#closed || this.#open >= this.#readersMax) return false
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
    const room = this.#rooms.get(topic.key) ?? this.#newRoom(topic)
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
    write(reader, RETRY)
    void this.#greet(room, reader, drawn)
  }

  /** Tells what changed; see `LiveTopic.concerns`. */
  changed(accountIds: readonly number[]): void {
    for (const id of accountIds) for (const room of this.#about.get(id) ?? []) this.#push(room)
    for (const room of this.#asked) {
      const { concerns } = room.topic
      if (typeof concerns === 'function' && concerns(accountIds)) this.#push(room)
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
    const { locale } = reader
    try {
      for (let attempt = 1; ; attempt++) {
        const { version } = room
        const fragments = await room.topic.render(locale)
        if (!fragments) return void reader.response.end()
        // What was sent to all meanwhile, to this reader too, is newer than this drawing.
        if (room.version !== version && attempt < GREETINGS_MAX) continue
        const marks = marksOf(fragments)
        write(
          reader,
          frames(fragments, (name) => !drawn.has(marks[name] ?? '')),
        )
        const before = room.sent.get(locale)
        if (!before) room.sent.set(locale, marks)
        else if (Object.keys(marks).some((name) => marks[name] !== before[name])) this.#push(room)
        return
      }
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
      const marks = marksOf(fragments)
      room.sent.set(locale, marks)
      room.version += 1
      const news = frames(fragments, (name) => marks[name] !== before[name])
      for (const reader of readers) write(reader, news)
    }
  }

  #newRoom(topic: LiveTopic): Room {
    const room: Room = {
      topic,
      readers: new Set(),
      dirty: false,
      pushing: false,
      version: 0,
      sent: new Map(),
    }
    this.#rooms.set(topic.key, room)
    if (typeof topic.concerns === 'function') this.#asked.add(room)
    else this.#about.set(topic.concerns, (this.#about.get(topic.concerns) ?? new Set()).add(room))
    return room
  }

  #forget(room: Room): void {
    const { key, concerns } = room.topic
    this.#rooms.delete(key)
    this.#asked.delete(room)
    if (typeof concerns === 'function') return
    const others = this.#about.get(concerns)
    others?.delete(room)
    if (others?.size === 0) this.#about.delete(concerns)
  }

  #leave(room: Room, reader: Reader): void {
    if (!room.readers.delete(reader)) return
    this.#open -= 1
    if (room.readers.size === 0 && this.#rooms.get(room.topic.key) === room) this.#forget(room)
    const left = (this.#perAddress.get(reader.address) ?? 1) - 1
    if (left > 0) this.#perAddress.set(reader.address, left)
    else this.#perAddress.delete(reader.address)
  }

  #each(act: (reader: Reader) => void): void {
    for (const room of this.#rooms.values()) for (const reader of room.readers) act(reader)
  }
}

/** A short mark by which a page says what it shows. */
export function fragmentMark(html: string): string {
  return createHash('sha256').update(html).digest('base64url').slice(0, 8)
}

function marksOf(fragments: Fragments): Fragments {
  return Object.fromEntries(Object.entries(fragments).map(([name, html]) => [name, fragmentMark(html)]))
}

/** The chosen fragments as they go over the wire, made once for all who get them; null when there are none. */
function frames(fragments: Fragments, isNews: (name: string) => boolean): Buffer | null {
  const news = Object.entries(fragments).filter(([name]) => isNews(name))
  if (news.length === 0) return null
  return Buffer.from(news.map(([name, html]) => `event: ${name}\ndata: ${html}\n\n`).join(''))
}

function write({ response }: Reader, bytes: Buffer | null): void {
  if (!bytes || response.writableEnded || response.destroyed) return
  if (response.writableLength > UNSENT_BYTES_MAX) response.destroy()
  else response.write(bytes)
}
