/** A whole number from 1 as an address or a form names a thing; null for anything else. */
export function numberIn(text: string | undefined): number | null {
  const value = Number(text)
  return text !== undefined && /^[1-9]\d{0,15}$/.test(text) && Number.isSafeInteger(value) ? value : null
}
