import type { z } from 'zod'

const TIMEOUT_MS = 5_000

export type Answer<T> =
  | { status: 'ok'; body: T }
  /** The platform refused the token. */
  | { status: 'refused' }
  /** No answer, or one that says nothing about the token. `reason` never holds the address: it has the token in it. */
  | { status: 'silent'; reason: string }

/** Asks a platform one question with a time limit. */
export async function askPlatform<T>(
  url: string,
  shape: z.ZodType<T>,
  headers: Record<string, string> = {},
): Promise<Answer<T>> {
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' })
    // Telegram answers 404 to a token that was never given out.
    if (response.status === 401 || response.status === 404) return { status: 'refused' }
    if (!response.ok) return { status: 'silent', reason: `HTTP ${response.status}` }
    const body = shape.safeParse(await response.json())
    return body.success ? { status: 'ok', body: body.data } : { status: 'silent', reason: 'unknown answer' }
  } catch (error) {
    return { status: 'silent', reason: reasonOf(error) }
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const cause = error.cause as { code?: string } | undefined
  return cause?.code ?? error.name
}
