import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export type SunkLetter = { from: string; to: string[]; raw: string; subject: string; text: string }

/** A mail server that keeps every letter: as much SMTP as a client needs, and strict about what it gets. */
export async function startSmtpSink(
  options: {
    login?: { user: string; password: string }
    /** What the server answers to an address instead of taking it. */
    refuse?: (to: string) => string | null
  } = {},
) {
  const letters: SunkLetter[] = []
  const waiting: (() => void)[] = []
  const commands: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    socket.setEncoding('utf8')
    let buffer = ''
    let data: string | null = null
    let letter = { from: '', to: [] as string[] }
    const say = (text: string) => socket.write(`${text}\r\n`)
    say('220-sink.example\r\n220 ready')
    socket.on('data', (chunk: string) => {
      buffer += chunk
      for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
        const line = buffer.slice(0, end)
        buffer = buffer.slice(end + 2)
        if (data !== null) {
          if (line !== '.') {
            data += `${line.replace(/^\.\./, '.')}\r\n`
            continue
          }
          letters.push({ ...letter, raw: data, ...readLetter(data) })
          data = null
          letter = { from: '', to: [] }
          say('250 kept')
          for (const wake of waiting.splice(0)) wake()
          continue
        }
        commands.push(line)
        const [, verb = ''] = /^([A-Z]+)/.exec(line) ?? []
        if (verb === 'EHLO')
          say(options.login ? '250-sink.example\r\n250 AUTH PLAIN LOGIN' : '250 sink.example')
        else if (verb === 'AUTH') {
          const { user, password } = options.login ?? { user: '', password: '' }
          const good = line === `AUTH PLAIN ${Buffer.from(`\0${user}\0${password}`).toString('base64')}`
          say(good ? '235 welcome' : '535 no')
        } else if (verb === 'MAIL') {
          letter.from = /^MAIL FROM:<([^<>\s]+)>$/.exec(line)?.[1] ?? ''
          say(letter.from ? '250 ok' : '501 malformed')
        } else if (verb === 'RCPT') {
          const to = /^RCPT TO:<([^<>\s]+)>$/.exec(line)?.[1]
          const refused = to ? (options.refuse?.(to) ?? null) : '501 malformed'
          if (to && refused === null) letter.to.push(to)
          say(refused ?? '250 ok')
        } else if (verb === 'DATA') {
          data = ''
          say('354 go on')
        } else if (verb === 'QUIT') {
          say('221 bye')
          socket.end()
        } else say('500 what')
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  })
  return {
    port: (server.address() as AddressInfo).port,
    letters,
    commands,
    /** The n-th letter (from 1), as soon as it has come. */
    async letter(n: number): Promise<SunkLetter> {
      while (letters.length < n) await new Promise<void>((resolve) => waiting.push(resolve))
      const found = letters[n - 1]
      if (!found) throw new Error('no such letter')
      return found
    },
  }
}

function readLetter(raw: string): { subject: string; text: string } {
  const at = raw.indexOf('\r\n\r\n')
  const header = raw.slice(0, at).replaceAll('\r\n ', '')
  const subject = /^Subject: (.*)$/m.exec(header)?.[1] ?? ''
  return {
    subject: subject.replaceAll(/=\?utf-8\?B\?([^?]*)\?=/g, (_, word: string) =>
      Buffer.from(word, 'base64').toString(),
    ),
    text: Buffer.from(raw.slice(at), 'base64').toString('utf8'),
  }
}
