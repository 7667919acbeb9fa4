/** No broken percent-encoding, no NUL and no lone surrogates anywhere in the address. */
export function isCleanUrl(url: string): boolean {
  try {
    return !decodeURIComponent(url.replaceAll('+', ' ')).includes('\u0000')
  } catch {
    return false
  }
}
