/**
 * The nonce of an event's notice: its id in base 36, 25 characters at most, the same at every attempt. Discord drops a
 * second message with the same one.
 */
export function nonceOf(eventId: string): string {
  return BigInt(`0x${eventId.replaceAll('-', '')}`).toString(36)
}
