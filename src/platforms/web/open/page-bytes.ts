import { createHash } from 'node:crypto'
import type { WireText } from '#jsx/jsx-runtime'
import { type Encoding, pack } from '../http/encoding.js'

/** One way of sending a page: its headers, names and values in turn, and its body (text for the wire, or bytes). */
export type Sending = { head: readonly string[]; body: WireText | Buffer }

/** What a packed page weighs beside the page itself. */
const PACKED_SHARE = 0.3

/** A drawn page as it goes over the wire: packed and labelled at most once, however often it is sent. */
export class PageBytes {
  /** Bytes when it is kept; a page that is sent once goes as text, which saves copying it together first. */
  readonly #drawn: WireText | Buffer
  readonly #head: readonly string[]
  readonly #isKept: boolean
  #tag: string | null = null
  readonly #sendings = new Map<Encoding | null, Sending>()

  /** `head`: the headers that every answer with this page carries. What is kept is labelled: it may be asked for again. */
  constructor(drawn: WireText, head: readonly string[], { isKept }: { isKept: boolean }) {
    this.#drawn = isKept ? Buffer.from(drawn, 'latin1') : drawn
    this.#head = head
    this.#isKept = isKept
  }

  /** Bytes that keeping it takes, its packed forms included. */
  get length(): number {
    return Math.ceil(this.#drawn.length * (1 + PACKED_SHARE))
  }

  /** The page itself. */
  plain(): Buffer {
    return typeof this.#drawn === 'string' ? Buffer.from(this.#drawn, 'latin1') : this.#drawn
  }

  /** Changes with the page; null for one without a label. Weak: the same for all packed forms. */
  get tag(): string | null {
    if (!this.#isKept) return null
    this.#tag ??= `W/"${createHash('sha256').update(this.plain()).digest('base64url').slice(0, 22)}"`
    return this.#tag
  }

  /** The headers of every answer about it, with its label. */
  get head(): readonly string[] {
    return this.tag === null ? this.#head : [...this.#head, 'etag', this.tag]
  }

  /** What is sent, when it has been packed before (or is not to be packed). */
  ready(encoding: Encoding | null): Sending | null {
    if (encoding === null && !this.#sendings.has(null))
      this.#sendings.set(null, this.#sending(null, this.#drawn))
    return this.#sendings.get(encoding) ?? null
  }

  async packed(encoding: Encoding): Promise<Sending> {
    const sending = this.#sending(encoding, await pack(this.plain(), encoding))
    this.#sendings.set(encoding, sending)
    return sending
  }

  #sending(encoding: Encoding | null, body: WireText | Buffer): Sending {
    const head = [...this.head, 'content-length', String(body.length)]
    if (encoding) head.push('content-encoding', encoding)
    return { head, body }
  }
}
