import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Encoding, encodingFor } from '../http/encoding.js'
import { type Preferences, plainPreferences } from '../http/preferences.js'
import type { OpenPage, OpenPages } from './open-page.js'
import type { PageBytes, Sending } from './page-bytes.js'

/** Goes through all layers of the site. */
export type LongWay = (incoming: IncomingMessage, outgoing: ServerResponse) => unknown

export type OpenDoorOptions = {
  pages: OpenPages
  /** The open page of an address with its query; null for any other. */
  pageAt(url: string): OpenPage | null
  /** Told of each answer: method, route pattern, status, seconds. */
  onAnswer: (method: string, route: string, status: number, seconds: number) => void
  /** Monotonic milliseconds. */
  clock: () => number
}

/**
 * Answers what most readers ask for, open pages without a sign-in, before any layer of the site: no session is looked
 * up, no cookie is set, nothing but the page is made. Everything else goes the long way, and so does a page that is not
 * there or fails: there the site says so in its own words.
 */
export class OpenDoor {
  readonly #options: OpenDoorOptions

  constructor(options: OpenDoorOptions) {
    this.#options = options
  }

  handle(incoming: IncomingMessage, outgoing: ServerResponse, longWay: LongWay): void {
    const { pages, pageAt, clock } = this.#options
    const page = incoming.method === 'GET' && incoming.url ? pageAt(incoming.url) : null
    const reader = page && plainPreferences(incoming.headers)
    if (!page || !reader) return void longWay(incoming, outgoing)
    const began = clock()
    const kept = pages.kept(page, reader)
    const sending = kept?.ready(encodingFor(incoming.headers['accept-encoding']))
    if (kept && sending) this.#send(incoming, outgoing, { page, bytes: kept, sending, began })
    else void this.#draw(incoming, outgoing, { page, reader, began, longWay })
  }

  async #draw(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    {
      page,
      reader,
      began,
      longWay,
    }: { page: OpenPage; reader: Preferences; began: number; longWay: LongWay },
  ): Promise<void> {
    let bytes: PageBytes | null = null
    let sending: Sending | null = null
    try {
      bytes = await this.#options.pages.read(page, reader)
      sending = bytes && (await sendingOf(bytes, encodingFor(incoming.headers['accept-encoding'])))
    } catch {
      // The long way meets the same trouble, names it to the reader and logs it.
    }
    if (bytes && sending) this.#send(incoming, outgoing, { page, bytes, sending, began })
    else longWay(incoming, outgoing)
  }

  #send(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    { page, bytes, sending, began }: { page: OpenPage; bytes: PageBytes; sending: Sending; began: number },
  ): void {
    const { onAnswer, clock } = this.#options
    const isKnown = knows(incoming.headers['if-none-match'], bytes.tag)
    if (isKnown) outgoing.writeHead(304, [...bytes.head]).end()
    else outgoing.writeHead(200, sending.head as string[]).end(sending.body, 'latin1')
    onAnswer('GET', page.route, isKnown ? 304 : 200, (clock() - began) / 1000)
  }
}

async function sendingOf(bytes: PageBytes, encoding: Encoding | null): Promise<Sending | null> {
  return bytes.ready(encoding) ?? (encoding ? bytes.packed(encoding) : null)
}

/** Whether the reader has the page with this label. */
function knows(asked: string | undefined, tag: string | null): boolean {
  if (!asked || tag === null) return false
  return asked.split(',').some((one) => one.trim().replace(/^(?!W\/)/, 'W/') === tag)
}
