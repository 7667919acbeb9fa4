import { randomUUID } from 'node:crypto'
import type { Letter } from './mailer.js'

/** One mailbox, plain enough to stand in an SMTP command and in a header: no spaces, quotes, brackets or line ends. */
const ADDRESS = /^[^\s@<>"(),:;\\[\]]{1,64}@[^\s@<>"(),:;\\[\]]{1,253}$/u

export function isAddress(text: string): boolean {
  return ADDRESS.test(text) && !/[\p{Cc}\p{Cf}]/u.test(text)
}

/** A letter as it travels: headers, empty line, text in base64. Throws a RangeError for an address that is none. */
export function composeMessage(letter: Letter, { from, now }: { from: Sender; now: Date }): string {
  const { to, subject, text } = letter
  if (!isAddress(to) || !isAddress(from.address)) throw new RangeError('not a mail address')
  const body = Buffer.from(text.replaceAll(/\r?\n/g, '\r\n'), 'utf8').toString('base64')
  return [
    `From: ${from.name === null ? '' : `${encodeWords(from.name)} `}<${from.address}>`,
    `To: <${to}>`,
    `Subject: ${encodeWords(subject)}`,
    `Date: ${now.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${randomUUID()}@${from.address.split('@')[1]}>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    'Auto-Submitted: auto-generated',
    '',
    ...(body.match(/.{1,76}/g) ?? []),
    '',
  ].join('\r\n')
}

export type Sender = { address: string; name: string | null }

const WORD_BYTES_MAX = 42

/** Any text as a header: encoded words (RFC 2047), so that no character of it can end the line. */
function encodeWords(text: string): string {
  const words: string[] = []
  let word = ''
  for (const sign of text.replaceAll(/\p{Cc}/gu, ' ')) {
    if (Buffer.byteLength(word + sign) > WORD_BYTES_MAX) {
      words.push(word)
      word = ''
    }
    word += sign
  }
  words.push(word)
  return words.map((one) => `=?utf-8?B?${Buffer.from(one).toString('base64')}?=`).join('\r\n ')
}
