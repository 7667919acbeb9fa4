// Gives a player XP through the API, exactly once. Needs Node 20 and nothing else.
//   TTFD_URL=http://127.0.0.1:3000 TTFD_KEY=ttfd_... node docs/examples/game-server.js telegram 123456789 25
import { randomUUID } from 'node:crypto'

const { TTFD_URL = 'http://127.0.0.1:3000', TTFD_KEY = '' } = process.env
const TRIES = 6

/**
 * Sends one award until it is answered. Every try carries the same Idempotency-Key, so that an answer that got lost on
 * the way pays nothing twice. A real server stores the key with the match it stands for, before the first try.
 */
async function award(body, idempotencyKey = randomUUID()) {
  for (let attempt = 1; ; attempt++) {
    const answer = await send(body, idempotencyKey)
    const mayRetry = answer === null || answer.status === 429 || answer.status >= 500
    if (!mayRetry || attempt === TRIES) {
      if (answer === null) throw new Error('the server cannot be reached')
      const result = await answer.json()
      if (!answer.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
      return result
    }
    const asked = Number(answer?.headers.get('retry-after') ?? 0)
    await new Promise((resolve) => setTimeout(resolve, Math.max(asked, 2 ** attempt / 2) * 1000))
  }
}

async function send(body, idempotencyKey) {
  try {
    return await fetch(`${TTFD_URL}/api/v1/awards`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${TTFD_KEY}`,
        'content-type': 'application/json',
        'idempotency-key': idempotencyKey,
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    })
  } catch {
    return null
  }
}

const [platform = 'telegram', id = '', xp = '10'] = process.argv.slice(2)
console.log(await award({ platform, id, xp: Number(xp), reason: 'Won a match' }))
