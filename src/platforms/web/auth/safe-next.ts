const NEXT_MAX = 512
/** Letters, digits and a few marks: nothing that a browser, a proxy or a header could read in another way. */
const PLAIN_PATH = /^\/[\w./-]*(?:\?[\w.=&%+-]*)?$/
/** Pages of signing in lead on by themselves. */
const OWN = /^\/(?:auth|login|logout|register|forgot|reset)(?:[/?]|$)/

/**
 * Where to go after signing in, when that is plainly a path of this site; else null. Two slashes in a row are refused
 * anywhere: `//host` leads away.
 */
export function safeNext(raw: string | null | undefined): string | null {
  if (!raw || raw.length > NEXT_MAX || !PLAIN_PATH.test(raw) || raw.includes('//') || OWN.test(raw))
    return null
  // `/./` and `/../` are resolved by browsers and could make the forbidden out of the allowed.
  return /(?:^|\/)\.{1,2}(?:\/|\?|$)/.test(raw) ? null : raw
}
