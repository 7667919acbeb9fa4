/** Kinds of refusals, for pages that word them in the reader's language. */
export type RefusalKind = 'right' | 'long' | 'empty' | 'option' | 'voice' | 'gone' | 'other'

/** Thrown when a person tries what Discord's own app would not let them do. */
export class Refused extends Error {
  readonly kind: RefusalKind

  constructor(message: string, kind: RefusalKind = 'other') {
    super(message)
    this.kind = kind
  }
}
