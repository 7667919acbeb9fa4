import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { DiscordSandbox } from '../../../src/sandbox/discord/server.js'
import { ids, sandbox } from './support.js'

const REDIRECT = 'http://127.0.0.1:3000/auth/discord/callback'
const verifier = randomBytes(40).toString('base64url')
const challenge = createHash('sha256').update(verifier).digest('base64url')

const address = (at: DiscordSandbox, change: Record<string, string> = {}): string => {
  const query = {
    client_id: at.clientId,
    redirect_uri: REDIRECT,
    response_type: 'code',
    scope: 'identify email',
    state: 's t&ate',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...change,
  }
  return `${at.apiUrl}/oauth2/authorize?${new URLSearchParams(query)}`
}

const codeFor = (at: DiscordSandbox, person: string, change?: Record<string, string>): string => {
  const back = new URL(at.control.authorize(address(at, change), person))
  expect(back.searchParams.get('state')).toBe('s t&ate')
  return back.searchParams.get('code') ?? ''
}

const post = async (
  at: DiscordSandbox,
  form: Record<string, string>,
  headers: Record<string, string> = {},
  path = '/oauth2/token',
) => {
  const response = await fetch(`${at.apiUrl}${path}`, {
    method: 'POST',
    headers,
    body: new URLSearchParams(form),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const trade = (at: DiscordSandbox, code: string, change: Record<string, string> = {}) =>
  post(at, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: REDIRECT,
    code_verifier: verifier,
    client_id: at.clientId,
    client_secret: at.clientSecret,
    ...change,
  })

const me = async (at: DiscordSandbox, token: unknown) => {
  const response = await fetch(`${at.apiUrl}/v10/users/%40me`, {
    headers: { authorization: `Bearer ${token}` },
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

describe('signing in with Discord', () => {
  it('code, token, profile: with PKCE, the secret in the body or in the header', async () => {
    const at = await sandbox()
    const token = await trade(at, codeFor(at, 'mira'))
    expect(token.body).toMatchObject({ token_type: 'Bearer', expires_in: 604_800, scope: 'identify email' })
    const profile = await me(at, token.body.access_token)
    expect(profile.body).toMatchObject({
      id: ids(at).user('mira'),
      username: 'mira_m',
      avatar: null,
      email: 'mira@example.org',
      verified: true,
    })
    const basic = `Basic ${Buffer.from(`${at.clientId}:${at.clientSecret}`).toString('base64')}`
    const form = {
      grant_type: 'authorization_code',
      code: codeFor(at, 'oleg'),
      redirect_uri: REDIRECT,
      code_verifier: verifier,
    }
    expect((await post(at, form, { authorization: basic }, '/v10/oauth2/token')).status).toBe(200)
  })

  it('shows an address only with its scope, none where there is none, and says when it is not verified', async () => {
    const at = await sandbox()
    const profile = async (person: string, scope: string) => {
      const token = await trade(at, codeFor(at, person, { scope }))
      return (await me(at, token.body.access_token)).body
    }
    expect(await profile('mira', 'identify')).not.toHaveProperty('email')
    expect(await profile('oleg', 'identify email')).toMatchObject({ email: null, verified: false })
    expect(await profile('kate', 'identify email')).toMatchObject({
      email: 'kate@example.com',
      verified: false,
    })
  })

  it.each([
    ['a wrong verifier', { code_verifier: 'x'.repeat(50) }, 400, 'invalid_grant'],
    ['no verifier', { code_verifier: '' }, 400, 'invalid_grant'],
    ['another redirect', { redirect_uri: 'http://127.0.0.1:3000/other' }, 400, 'invalid_grant'],
    ['a made-up code', { code: 'invented' }, 400, 'invalid_grant'],
    ['a wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client'],
    ['another client', { client_id: '1' }, 401, 'invalid_client'],
    ['an unknown grant', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
  ])('refuses %s', async (_name, change, status, error) => {
    const at = await sandbox()
    const answer = await trade(at, codeFor(at, 'mira'), change)
    expect([answer.status, answer.body.error]).toEqual([status, error])
  })

  it('a code works once, and not after its minute', async () => {
    let now = Date.now()
    const at = await sandbox({ now: () => now })
    const code = codeFor(at, 'mira')
    expect((await trade(at, code)).status).toBe(200)
    expect((await trade(at, code)).body.error).toBe('invalid_grant')
    const late = codeFor(at, 'mira')
    now += 61_000
    expect((await trade(at, late)).body.error).toBe('invalid_grant')
  })

  it('a refresh token is replaced at each use, and revoking ends both tokens', async () => {
    const at = await sandbox()
    const first = (await trade(at, codeFor(at, 'mira'))).body
    const client = { client_id: at.clientId, client_secret: at.clientSecret }
    const refresh = (token: unknown) =>
      post(at, { grant_type: 'refresh_token', refresh_token: String(token), ...client })
    const second = (await refresh(first.refresh_token)).body
    expect((await refresh(first.refresh_token)).body.error).toBe('invalid_grant')
    expect((await me(at, first.access_token)).status).toBe(401)
    expect((await me(at, second.access_token)).status).toBe(200)
    await post(at, { token: String(second.access_token), ...client }, {}, '/oauth2/token/revoke')
    expect((await me(at, second.access_token)).status).toBe(401)
    expect((await refresh(second.refresh_token)).body.error).toBe('invalid_grant')
  })

  it('a refusal goes back with the state', async () => {
    const at = await sandbox()
    const back = new URL(at.control.authorize(address(at), null))
    expect([back.searchParams.get('error'), back.searchParams.get('state')]).toEqual([
      'access_denied',
      's t&ate',
    ])
  })

  it('can leave the caller waiting for ever, or call the secret wrong', async () => {
    const at = await sandbox()
    at.control.silentOAuth(1)
    const never = fetch(`${at.apiUrl}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams(),
      signal: AbortSignal.timeout(300),
    })
    await expect(never).rejects.toThrow(/timeout|aborted/i)
    at.control.wrongSecret(1)
    expect((await trade(at, codeFor(at, 'mira'))).body.error).toBe('invalid_client')
    expect((await trade(at, codeFor(at, 'mira'))).status).toBe(200)
  })
})

describe('the consent page', () => {
  it('lets a visitor choose who they are, escapes every name, and needs no script', async () => {
    const at = await sandbox()
    at.control.person('oleg').rename('<script>alert(1)</script>')
    const page = await fetch(address(at), { headers: { 'accept-language': 'ru' } })
    const html = await page.text()
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(html).not.toContain('<script>')
    expect(html).toContain('Кем войти?')
    expect(await (await fetch(address(at), { headers: { 'accept-language': 'en' } })).text()).toContain(
      'Sign in as whom?',
    )
  })

  it('its form gives a code or a refusal, but not to another site', async () => {
    const at = await sandbox()
    const decide = (form: Record<string, string>, headers: Record<string, string> = {}) =>
      fetch(address(at), { method: 'POST', redirect: 'manual', headers, body: new URLSearchParams(form) })
    const allowed = await decide({ user: ids(at).user('mira'), decision: 'allow' }, { origin: at.url })
    expect(allowed.status).toBe(302)
    const code = new URL(allowed.headers.get('location') ?? '').searchParams.get('code') ?? ''
    expect((await trade(at, code)).status).toBe(200)
    const denied = await decide({ decision: 'deny' })
    expect(denied.headers.get('location')).toContain('error=access_denied')
    expect(
      (await decide({ user: ids(at).user('mira'), decision: 'allow' }, { origin: 'http://evil.example' }))
        .status,
    ).toBe(403)
  })

  it('never redirects to an address that is not the application’s', async () => {
    const at = await sandbox()
    const changes: Record<string, string>[] = [{ redirect_uri: 'https://evil.example/' }, { client_id: '1' }]
    for (const change of changes) {
      const page = await fetch(address(at, change), { redirect: 'manual' })
      expect([page.status, page.headers.get('location')]).toEqual([400, null])
    }
    const exact = await sandbox({ redirectUris: [REDIRECT] })
    expect((await fetch(address(exact, { redirect_uri: `${REDIRECT}/x` }))).status).toBe(400)
    expect((await fetch(address(exact))).status).toBe(200)
  })

  it('sends a wrong request back with its error', async () => {
    const at = await sandbox()
    const error = (change: Record<string, string>) =>
      new URL(at.control.authorize(address(at, change), 'mira')).searchParams.get('error')
    expect(error({ scope: 'nonsense' })).toBe('invalid_scope')
    expect(error({ response_type: 'token' })).toBe('unsupported_response_type')
    expect(error({ code_challenge_method: 'plain' })).toBe('invalid_request')
  })
})
