// Loaded into the program before its own code: moves its clock, fills its disk, notes what reached the disk, and has
// plant.js change its code.
// @ts-check
import { readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { register } from 'node:module'
import { join } from 'node:path'
import { isMainThread } from 'node:worker_threads'

const { CHAOS_HAND, CHAOS_MUTATION } = process.env

if (isMainThread && CHAOS_HAND) {
  register(new URL('./plant.js', import.meta.url), { data: { mutation: CHAOS_MUTATION ?? null } })
  moveClock(join(CHAOS_HAND, 'clock'))
  await watchDisk(CHAOS_HAND)
  // Something that a library forgot: an orderly stop ends the process all the same.
  setTimeout(() => {}, 3_600_000)
}

/** @param {string} file holds the milliseconds by which this process's clock is wrong */
function moveClock(file) {
  const RealDate = Date
  let offset = 0
  const look = () => {
    offset = Number(readFileSync(file, 'utf8')) || 0
  }
  look()
  setInterval(look, 100).unref()
  class MovedDate extends RealDate {
    /** @param {any[]} given */
    constructor(...given) {
      // @ts-expect-error: the constructor's overloads do not take a spread
      super(...(given.length === 0 ? [RealDate.now() + offset] : given))
    }
    /** @override */
    static now() {
      return RealDate.now() + offset
    }
  }
  globalThis.Date = /** @type {DateConstructor} */ (MovedDate)
}

/**
 * Notes by inode how long each spool file was when it was last synced, for the fault that cuts the power; and lets
 * writes to spool files fail half done while the disk counts as full.
 * @param {string} hand
 */
async function watchDisk(hand) {
  const probe = await open('/dev/null')
  const handles = Object.getPrototypeOf(probe)
  await probe.close()
  const { datasync, write } = handles
  /** @param {{ fd: number }} handle */
  const isSpool = ({ fd }) => /\.spool(\.new)?( \(deleted\))?$/.test(readlinkSync(`/proc/self/fd/${fd}`))
  const isFull = () => readFileSync(join(hand, 'disk'), 'utf8') === 'full'

  handles.datasync = async function () {
    const spooled = isSpool(this)
    const { ino, size } = await this.stat()
    await datasync.call(this)
    if (spooled) writeFileSync(join(hand, 'synced', String(ino)), String(size))
  }
  handles.write = async function (/** @type {any[]} */ ...given) {
    const [bytes, at = 0, length = 0, position] = given
    if (!isSpool(this) || !isFull() || !Buffer.isBuffer(bytes)) return write.apply(this, given)
    await write.call(this, bytes, at, Math.floor(length / 2), position)
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
  }
}
