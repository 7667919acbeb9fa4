/** The little of PostgreSQL's wire protocol that sharing one backend among several connections takes. */

const TYPE_READY = 'Z'.charCodeAt(0)
const TYPE_NOTIFICATION = 'A'.charCodeAt(0)
const TYPE_SYNC = 'S'.charCodeAt(0)
const TYPE_QUERY = 'Q'.charCodeAt(0)
const TYPE_PARSE = 'P'.charCodeAt(0)
const TYPE_TERMINATE = 'X'.charCodeAt(0)
const SSL_REQUEST = 80877103
const GSS_REQUEST = 80877104
const CANCEL_REQUEST = 80877102

export type ClientUnit =
  | { kind: 'encryption_request' }
  | { kind: 'startup' }
  | { kind: 'terminate' }
  /** Messages up to and with the Sync or Query that makes the backend answer. */
  | { kind: 'request'; bytes: Buffer }

/** Cuts a client's byte stream into units that the backend can answer as a whole. */
export class ClientFrames {
  readonly #each: (message: Buffer) => Buffer
  #pending: Buffer = Buffer.alloc(0)
  #unit: Buffer[] = []
  #started = false

  /** `each` may rewrite a message before it becomes part of a unit. */
  constructor(each: (message: Buffer) => Buffer) {
    this.#each = each
  }

  push(chunk: Buffer): ClientUnit[] {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk])
    const units: ClientUnit[] = []
    for (;;) {
      const unit = this.#started ? this.#nextMessage() : this.#nextStartup()
      if (unit === 'more') return units
      if (unit !== 'inside') units.push(unit)
    }
  }

  #nextStartup(): ClientUnit | 'more' {
    if (this.#pending.length < 8) return 'more'
    const length = this.#pending.readInt32BE(0)
    if (this.#pending.length < length) return 'more'
    const code = this.#pending.readInt32BE(4)
    this.#pending = this.#pending.subarray(length)
    if (code === SSL_REQUEST || code === GSS_REQUEST) return { kind: 'encryption_request' }
    if (code === CANCEL_REQUEST) return { kind: 'terminate' }
    this.#started = true
    return { kind: 'startup' }
  }

  #nextMessage(): ClientUnit | 'more' | 'inside' {
    if (this.#pending.length < 5) return 'more'
    const type = this.#pending[0]
    const end = 1 + this.#pending.readInt32BE(1)
    if (this.#pending.length < end) return 'more'
    const message = this.#pending.subarray(0, end)
    this.#pending = this.#pending.subarray(end)
    if (type === TYPE_TERMINATE) return { kind: 'terminate' }
    this.#unit.push(this.#each(message))
    if (type !== TYPE_SYNC && type !== TYPE_QUERY) return 'inside'
    const bytes = Buffer.concat(this.#unit)
    this.#unit = []
    return { kind: 'request', bytes }
  }
}

export type BackendAnswer = {
  /** What the asking connection gets: the answer without notifications. */
  reply: Buffer
  notifications: Buffer[]
  /** Whether the backend stands inside an open (or failed) transaction after this answer. */
  inTransaction: boolean
}

/** Takes a backend's whole answer apart. */
export function readAnswer(bytes: Buffer): BackendAnswer {
  const kept: Buffer[] = []
  const notifications: Buffer[] = []
  let inTransaction = false
  for (let at = 0; at + 5 <= bytes.length; ) {
    const end = at + 1 + bytes.readInt32BE(at + 1)
    const frame = bytes.subarray(at, end)
    if (bytes[at] === TYPE_NOTIFICATION) notifications.push(frame)
    else kept.push(frame)
    if (bytes[at] === TYPE_READY) inTransaction = String.fromCharCode(bytes[at + 5] ?? 0) !== 'I'
    at = end
  }
  return { reply: notifications.length === 0 ? bytes : Buffer.concat(kept), notifications, inTransaction }
}

/** A startup message for the backend's own first connection. */
export function startupMessage(user: string, database: string): Buffer {
  const parameters = Buffer.from(`user\0${user}\0database\0${database}\0client_encoding\0UTF8\0\0`)
  const message = Buffer.alloc(8 + parameters.length)
  message.writeInt32BE(message.length, 0)
  message.writeInt32BE(196608, 4) // protocol 3.0
  parameters.copy(message, 8)
  return message
}

/** The SQL texts of a unit; values, which may be anything, are not among them. */
export function sqlIn(unit: Buffer): string {
  const texts: string[] = []
  for (let at = 0; at + 5 <= unit.length; at += 1 + unit.readInt32BE(at + 1)) {
    let start = at + 5
    if (unit[at] === TYPE_PARSE) start = unit.indexOf(0, start) + 1
    else if (unit[at] !== TYPE_QUERY) continue
    texts.push(unit.toString('utf8', start, unit.indexOf(0, start)))
  }
  return texts.join(';')
}

/** An error in answer to a request that the backend is never shown. */
export function refusal(message: string, inTransaction: boolean): Buffer {
  const fields = Buffer.from(`SERROR\0VERROR\0C0A000\0M${message}\0\0`)
  const answer = Buffer.alloc(5 + fields.length + 6)
  answer.write('E', 0, 'latin1')
  answer.writeInt32BE(4 + fields.length, 1)
  fields.copy(answer, 5)
  answer[5 + fields.length] = TYPE_READY
  answer.writeInt32BE(5, 6 + fields.length)
  answer.write(inTransaction ? 'T' : 'I', 10 + fields.length, 'latin1')
  return answer
}

/** A simple query without values. */
export function queryMessage(sql: string): Buffer {
  const text = Buffer.from(`${sql}\0`)
  const message = Buffer.alloc(5 + text.length)
  message[0] = TYPE_QUERY
  message.writeInt32BE(4 + text.length, 1)
  text.copy(message, 5)
  return message
}
