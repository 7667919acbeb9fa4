// Readers of many live pages, in a process of its own, started by web-idle.js. Speaks over IPC: { open } opens pages and
// is answered when each has its first news; { listen } is answered at once; { arrivals } is answered when every page has
// had news since, by the milliseconds since 1970 at which they came.
// @ts-check
import { connect } from 'node:net'

const AT_ONCE = 100
const PATIENCE_MS = 30_000

/** @type {import('node:net').Socket[]} */
const sockets = []
/** @type {Map<number, number>} */
let arrived = new Map()
let whenAll = () => {}

const now = () => performance.timeOrigin + performance.now()

/** @param {number} page @param {number} port @param {string} path */
function openOne(page, port, path) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.setEncoding('utf8')
    socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\naccept: text/event-stream\r\n\r\n`)
    socket.on('data', (/** @type {string} */ text) => {
      if (!text.includes('event: ')) return
      resolve(undefined)
      if (arrived.has(page)) return
      arrived.set(page, now())
      if (arrived.size === sockets.length) whenAll()
    })
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('a live page was closed')))
    sockets.push(socket)
  })
}

/** @param {any} order */
async function obey(order) {
  if (order.open) {
    const { port, paths, pages } = order.open
    for (let from = 0; from < pages; from += AT_ONCE) {
      const some = Array.from({ length: Math.min(AT_ONCE, pages - from) }, (_, n) => from + n)
      await Promise.all(some.map((page) => openOne(page, port, paths[page % paths.length])))
    }
    return { open: sockets.length }
  }
  if (order.listen) {
    arrived = new Map()
    return {}
  }
  if (arrived.size < sockets.length) {
    await new Promise((resolve, reject) => {
      const late = setTimeout(
        () =>
          reject(new Error(`${arrived.size} of ${sockets.length} pages had the news in ${PATIENCE_MS} ms`)),
        PATIENCE_MS,
      )
      whenAll = () => {
        clearTimeout(late)
        resolve(undefined)
      }
    })
  }
  return { times: [...arrived.values()] }
}

process.on('message', (order) => {
  obey(order).then(
    (answer) => process.send?.(answer),
    (error) => process.send?.({ failed: String(error) }),
  )
})
process.on('disconnect', () => process.exit(0))
