/** A browser without a screen: cookies, redirects on request, forms with their tokens. */
export class TestBrowser {
  readonly cookies = new Map<string, string>()
  /** Every Set-Cookie that came, as it came. */
  readonly setCookies: string[] = []

  constructor(
    readonly origin: string,
    readonly userAgent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36',
  ) {}

  async request(path: string, init: RequestInit & { headers?: Record<string, string> } = {}) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(path.startsWith('http') ? path : this.origin + path, {
      redirect: 'manual',
      ...init,
      headers: {
        'user-agent': this.userAgent,
        'accept-language': 'ru',
        ...(cookie ? { cookie } : {}),
        ...init.headers,
      },
    })
    for (const line of response.headers.getSetCookie()) {
      this.setCookies.push(line)
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      const [name, value] = [pair.slice(0, at), pair.slice(at + 1)]
      if (/;\s*max-age=0/i.test(line) || value === '') this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    const text = await response.text()
    return {
      status: response.status,
      location: response.headers.get('location'),
      headers: response.headers,
      text,
    }
  }

  get(path: string, headers: Record<string, string> = {}) {
    return this.request(path, { headers })
  }

  /** Follows redirects of this site to the page where they end. */
  async open(path: string) {
    let page = await this.get(path)
    for (let hop = 0; page.location !== null && hop < 5; hop++) {
      const to = new URL(page.location, this.origin)
      if (to.origin !== this.origin) break
      page = await this.get(to.pathname + to.search)
    }
    return page
  }

  /** Posts a form as the page at `from` would: with its token and its origin. */
  async submit(
    from: string,
    action: string,
    fields: Record<string, string> = {},
    headers: Record<string, string> = {},
  ) {
    const page = await this.get(from)
    return this.post(action, { form: formToken(page.text), ...fields }, headers)
  }

  post(action: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
    return this.request(action, {
      method: 'POST',
      headers: {
        origin: this.origin,
        'sec-fetch-site': 'same-origin',
        'content-type': 'application/x-www-form-urlencoded',
        ...headers,
      },
      body: new URLSearchParams(fields).toString(),
    })
  }

  /** The account that is open here, as its own page says; null when there is none. */
  async account(): Promise<number | null> {
    const found = /href="\/u\/(\d+)"/.exec((await this.get('/profile')).text)?.[1]
    return found === undefined ? null : Number(found)
  }

  get session(): string | undefined {
    return this.cookies.get('ttfd.session_token')
  }
}

export function formToken(html: string): string {
  return /name="form" value="([^"]+)"/.exec(html)?.[1] ?? ''
}

/** The words of the page's alert. */
export function alertIn(html: string): string {
  const found = /<div class="alert[^"]*" role="\w+">(.*?)<\/div>/s.exec(html)?.[1] ?? ''
  return found
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll(/\s+/g, ' ')
    .trim()
}
