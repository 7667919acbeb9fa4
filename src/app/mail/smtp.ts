import { connect as connectPlain, type Socket } from 'node:net'
import { hostname } from 'node:os'
import { connect as connectTls } from 'node:tls'
import { type Letter, LetterRefusedError, type SendLetter } from './mailer.js'
import { composeMessage, isAddress, type Sender } from './message.js'

/** The server said no, or said something that is no SMTP. */
class SmtpError extends Error {
  override name = 'SmtpError'

  constructor(
    message: string,
    /** The server's three digits; 0: it gave none. */
    readonly code = 0,
  ) {
    super(message)
  }
}

export type SmtpServer = {
  host: string
  port: number
  /** Encrypted from the first byte (`smtps:`); else by STARTTLS where the server offers it. */
  implicitTls: boolean
  user: string | null
  password: string | null
  from: Sender
}

const TIMEOUT_MS = 20_000

/**
 * Reads SMTP_URL: `smtp://user:password@host:587`, `smtps://host:465`. `?from=TTFD <no-reply@ttfd.example>` sets the
 * sender; without it letters come from `no-reply@` the site's host.
 */
export function readSmtpUrl(text: string, siteUrl: string): SmtpServer {
  const url = new URL(text)
  const implicitTls = url.protocol === 'smtps:'
  const decoded = (part: string) => (part === '' ? null : decodeURIComponent(part))
  const asked = /^\s*(?:(.*?)\s*<([^<>]+)>|(\S+))\s*$/.exec(url.searchParams.get('from') ?? '')
  const address = asked?.[2] ?? asked?.[3] ?? `no-reply@${new URL(siteUrl).hostname}`
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (implicitTls ? 465 : 587) : Number(url.port),
    implicitTls,
    user: decoded(url.username),
    password: decoded(url.password),
    from: { address, name: asked?.[1] || 'TTFD' },
  }
}

/** Sends letters by SMTP (RFC 5321), a connection each: sign-in letters are few. */
export function smtpSender(server: SmtpServer, now: () => Date = () => new Date()): SendLetter {
  return async (letter: Letter, signal?: AbortSignal) => {
    if (!isAddress(letter.to)) throw new LetterRefusedError('not a mail address')
    signal?.throwIfAborted()
    const message = composeMessage(letter, { from: server.from, now: now() })
    const talk = await Talk.open(server)
    const giveUp = () => talk.close()
    signal?.addEventListener('abort', giveUp, { once: true })
    try {
      await converse(talk, server, letter.to, message)
    } finally {
      signal?.removeEventListener('abort', giveUp)
      talk.close()
    }
  }
}

async function converse(talk: Talk, server: SmtpServer, to: string, message: string): Promise<void> {
  const name = /^[\w.-]+$/.test(hostname()) ? hostname() : 'localhost'
  await talk.expect(220)
  let offers = await talk.ask(`EHLO ${name}`, 250)
  if (!server.implicitTls && /^STARTTLS\b/im.test(offers)) {
    await talk.ask('STARTTLS', 220)
    await talk.encrypt(server.host)
    offers = await talk.ask(`EHLO ${name}`, 250)
  }
  if (server.user !== null) {
    if (!talk.isEncrypted && !isLoopback(server.host)) {
      throw new SmtpError('the server offers no encryption: the password is not sent')
    }
    await logIn(talk, offers, server.user, server.password ?? '')
  }
  await talk.ask(`MAIL FROM:<${server.from.address}>`, 250)
  await talk.ask(`RCPT TO:<${to}>`, 250).catch(refuseForGood)
  await talk.ask('DATA', 354)
  // A line that is a dot alone would end the letter.
  await talk.ask(`${message.replaceAll(/^\./gm, '..')}\r\n.`, 250)
  // It is accepted; how the goodbye goes is of no matter.
  await talk.ask('QUIT', 221).catch(() => {})
}

/** 5xx is a server's last word about an address (RFC 5321, 4.2.1); 4xx and silence may pass. */
function refuseForGood(error: unknown): never {
  if (error instanceof SmtpError && error.code >= 500) {
    throw new LetterRefusedError(`the mail server refused the address: ${error.code}`)
  }
  throw error
}

async function logIn(talk: Talk, offers: string, user: string, password: string): Promise<void> {
  const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64')
  if (/^AUTH\b.*\bPLAIN\b/im.test(offers)) {
    await talk.ask(`AUTH PLAIN ${base64(`\0${user}\0${password}`)}`, 235)
    return
  }
  await talk.ask('AUTH LOGIN', 334)
  await talk.ask(base64(user), 334)
  await talk.ask(base64(password), 235)
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}

/** One connection: what is said, and the server's answers in their order. */
class Talk {
  #socket: Socket
  #text = ''
  #answers: { code: number; text: string }[] = []
  #waiting: {
    resolve: (answer: { code: number; text: string }) => void
    reject: (error: Error) => void
  } | null = null
  #failure: Error | null = null
  isEncrypted: boolean

  private constructor(socket: Socket, isEncrypted: boolean) {
    this.#socket = socket
    this.isEncrypted = isEncrypted
    this.#listen(socket)
  }

  static async open({ host, port, implicitTls }: SmtpServer): Promise<Talk> {
    const socket = implicitTls ? connectTls({ host, port, servername: host }) : connectPlain({ host, port })
    const talk = new Talk(socket, implicitTls)
    return talk
  }

  async encrypt(host: string): Promise<void> {
    const plain = this.#socket
    plain.removeAllListeners()
    // Whatever was said before the encryption is nobody's word.
    this.#text = ''
    this.#answers = []
    const secure = connectTls({ socket: plain, servername: host })
    this.#listen(secure)
    this.#socket = secure
    await new Promise<void>((resolve, reject) => {
      secure.once('secureConnect', resolve)
      secure.once('error', reject)
    })
    this.isEncrypted = true
  }

  async ask(line: string, wanted: number): Promise<string> {
    this.#socket.write(`${line}\r\n`)
    return this.expect(wanted)
  }

  /** The next answer's text. Throws an SmtpError unless its code is the wanted one. */
  async expect(wanted: number): Promise<string> {
    const answer = this.#answers.shift() ?? (await this.#next())
    if (answer.code !== wanted)
      throw new SmtpError(`${answer.code} ${answer.text.split('\n')[0] ?? ''}`.slice(0, 200), answer.code)
    return answer.text
  }

  close(): void {
    this.#socket.destroy()
  }

  #next(): Promise<{ code: number; text: string }> {
    if (this.#failure) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
    })
  }

  #listen(socket: Socket): void {
    socket.setEncoding('utf8')
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new SmtpError('the server does not answer')))
    socket.on('data', (chunk: string) => this.#take(chunk))
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => this.#fail(new SmtpError('the server closed the connection')))
  }

  #take(chunk: string): void {
    this.#text += chunk
    if (this.#text.length > 64 * 1024) return void this.#socket.destroy(new SmtpError('an endless answer'))
    // An answer ends with the line whose code is followed by a space.
    for (;;) {
      const whole = /^(?:\d{3}-[^\n]*\n)*(\d{3})(?: [^\n]*)?\r?\n/.exec(this.#text)
      if (!whole) return
      this.#text = this.#text.slice(whole[0].length)
      const text = whole[0]
        .replaceAll('\r', '')
        .replaceAll(/^\d{3}[- ]?/gm, '')
        .trimEnd()
      const answer = { code: Number(whole[1]), text }
      const waiting = this.#waiting
      this.#waiting = null
      if (waiting) waiting.resolve(answer)
      else this.#answers.push(answer)
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error
    this.#waiting?.reject(this.#failure)
    this.#waiting = null
  }
}
