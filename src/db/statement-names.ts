const [TYPE_PARSE, TYPE_BIND, TYPE_DESCRIBE, TYPE_CLOSE] = [...'PBDC'].map((type) => type.charCodeAt(0))
const KIND_STATEMENT = 'S'.charCodeAt(0)
const SYNC = Buffer.from([0x53, 0, 0, 0, 4])

/**
 * Gives one connection its own names for prepared statements in a session that several share: the same name on another
 * connection, or on the successor of one that broke, would otherwise be refused for ever.
 */
export class StatementNames {
  readonly #prefix: string
  readonly #given = new Set<string>()

  constructor(prefix: string) {
    this.#prefix = prefix
  }

  /** Rewrites the name in a client's message; messages without one stay as they are. */
  readonly rename = (message: Buffer): Buffer => {
    const at = nameOffset(message)
    if (at === null) return message
    const end = message.indexOf(0, at)
    // The unnamed statement lives within one unit and needs no name of its own.
    if (end === at) return message
    const name = Buffer.from(`${this.#prefix}${message.toString('utf8', at, end)}`)
    if (message[0] === TYPE_PARSE) this.#given.add(name.toString())
    const renamed = Buffer.concat([message.subarray(0, at), name, message.subarray(end)])
    renamed.writeInt32BE(renamed.length - 1, 1)
    return renamed
  }

  /** Messages that free everything this connection prepared; null when there is nothing. */
  closeAll(): Buffer | null {
    if (this.#given.size === 0) return null
    const closes = [...this.#given].map((name) => {
      const text = Buffer.from(`S${name}\0`)
      const head = Buffer.from([TYPE_CLOSE ?? 0, 0, 0, 0, 0])
      head.writeInt32BE(4 + text.length, 1)
      return Buffer.concat([head, text])
    })
    this.#given.clear()
    return Buffer.concat([...closes, SYNC])
  }
}

function nameOffset(message: Buffer): number | null {
  switch (message[0]) {
    case TYPE_PARSE:
      return 5
    case TYPE_BIND:
      return message.indexOf(0, 5) + 1
    case TYPE_DESCRIBE:
    case TYPE_CLOSE:
      return message[5] === KIND_STATEMENT ? 6 : null
    default:
      return null
  }
}
