// @ts-check
import { until } from '../record.js'

const ANSWER_MS = 3_000
const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36'

/** A browser that keeps cookies and follows nothing by itself. */
class Browser {
  /** @type {Map<string, string>} */
  #cookies = new Map()
  #origin

  /** @param {string} origin */
  constructor(origin) {
    this.#origin = origin
  }

  /** @param {string} path */
  get(path) {
    return this.#request(path, {})
  }

  /** Posts a form with the token of a page. @param {string} path @param {string} page */
  post(path, page) {
    return this.#request(path, {
      method: 'POST',
      headers: {
        origin: this.#origin,
        'sec-fetch-site': 'same-origin',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ form: /name="form" value="([^"]+)"/.exec(page)?.[1] ?? '' }).toString(),
    })
  }

  /** @param {string} path @param {RequestInit} init */
  async #request(path, init) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(this.#origin + path, {
      ...init,
      redirect: 'manual',
      headers: { 'user-agent': CHROME, 'accept-language': 'ru', cookie, ...init.headers },
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      this.#cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    return {
      status: answer.status,
      location: answer.headers.get('location') ?? '',
      text: await answer.text(),
    }
  }
}

/**
 * Somebody signs in on the website from the bot and takes the daily there. Whatever breaks on the way ends it.
 * @param {import('../record.js').Stage} stage
 * @param {import('./telegram.js').TelegramActs} person
 */
export async function claimOnSite({ world, deeds }, person) {
  try {
    const reply = await person.command('/site')
    const path = /\/login\/tg\/[\w-]{22}/.exec(JSON.stringify(reply ?? {}))?.[0]
    if (!path) return
    const browser = new Browser(world.site)
    await browser.post(path, (await browser.get(path)).text)
    const asked = await person.waitForButton(/^e:([0-9a-f-]{36}):\d+$/, 4_000)
    const page = (await browser.get(path)).text
    const number = /<strong class="figure">(\d\d)<\/strong>/.exec(page)?.[1]
    if (!asked || !number) return
    await (await person.press(`e:${asked.parts[0]}:${number}`))?.answer()
    const entered = await until(
      async () => {
        const { location } = await browser.post(`${path}/enter`, page)
        return location === '/profile'
      },
      2_000,
      400,
    )
    if (!entered) return
    const claim = { who: person.who, promised: false }
    const own = (await browser.get('/profile')).text
    deeds.acts += 1
    deeds.dailies.push(claim)
    const { status, location } = await browser.post('/profile/daily', own)
    claim.promised = status === 303 && /daily=(claimed|already)/.test(location)
  } catch {
    // The site was away.
  }
}
