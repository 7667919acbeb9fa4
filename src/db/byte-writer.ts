/** Puts bytes together in one place that grows, for values that are written so often that strings of them would be waste. */
export class ByteWriter {
  bytes: Buffer
  at = 0
  #view: DataView

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafeSlow(size)
    this.#view = new DataView(this.bytes.buffer)
  }

  /** Makes sure that so many bytes more can be written; the methods below that say so do it themselves. */
  room(more: number): void {
    if (this.at + more <= this.bytes.length) return
    const grown = Buffer.allocUnsafeSlow((this.at + more) * 2)
    this.bytes.copy(grown, 0, 0, this.at)
    this.bytes = grown
    this.#view = new DataView(grown.buffer)
  }

  byte(value: number): void {
    this.room(1)
    this.bytes[this.at++] = value
  }

  /** Big-endian, as PostgreSQL reads. Needs room. */
  int32(value: number): void {
    this.#view.setInt32(this.at, value)
    this.at += 4
  }

  int32At(at: number, value: number): void {
    this.#view.setInt32(at, value)
  }

  utf8(text: string): void {
    // UTF-8 takes at most three bytes for each UTF-16 unit.
    this.room(text.length * 3)
    this.at += this.bytes.write(text, this.at)
  }

  /** Text of ASCII alone. */
  ascii(text: string): void {
    this.room(text.length)
    const { bytes, at } = this
    for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i)
    this.at = at + text.length
  }

  /** Text of ASCII letters, digits and signs without `"` and `\`, as it stands in JSON; anything else throws RangeError. */
  plain(text: string): void {
    this.room(text.length)
    const { bytes, at } = this
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code < SPACE || code > TILDE || code === QUOTE || code === BACKSLASH) {
        throw new RangeError(`${text} is not plain`)
      }
      bytes[at + i] = code
    }
    this.at = at + text.length
  }

  /** A whole number from 0 as decimal digits. */
  digits(value: number): void {
    // Beyond that it no longer divides as a 32-bit number, which is what makes it fast.
    if (value > INT32_MAX) {
      this.ascii(String(value))
      return
    }
    let length = 1
    for (let rest = value; rest >= 10; rest = (rest / 10) | 0) length += 1
    this.room(length)
    const { bytes, at } = this
    let rest = value
    for (let place = at + length - 1; place >= at; place--) {
      const tens = (rest / 10) | 0
      bytes[place] = ZERO + (rest - tens * 10)
      rest = tens
    }
    this.at = at + length
  }

  /** A copy of all that was written. */
  copy(): Buffer {
    return Buffer.from(this.bytes.subarray(0, this.at))
  }
}

const [SPACE, QUOTE, ZERO, BACKSLASH, TILDE] = [0x20, 0x22, 0x30, 0x5c, 0x7e]
const INT32_MAX = 0x7fff_ffff
