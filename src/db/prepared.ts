import { createHash } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import pg from 'pg'

const MARK = '/* prepared */'
const MARKED = /^\s*\/\* prepared \*\//
/** Statements that a connection keeps. Marked are a few dozen whose text is fixed; more would be a bug's work. */
const NAMES_MAX = 200

/**
 * Begins a statement that each connection parses and plans once and keeps: for hot questions, whose planning takes
 * longer than their answer. Only for statements whose text is one of a few and whose plan does not hang on its values.
 */
export function prepared(): RawBuilder<unknown> {
  return sql.raw(`${MARK} `)
}

/** How many elements PostgreSQL expects of an array that it does not know yet. */
const UNKNOWN_ARRAY_LENGTH = 10

/**
 * An array for a prepared statement, filled up with nulls (`unnest` gives them too: leave them out). A shorter one would
 * look cheaper when planned for itself than for an unknown array, and the statement would be planned anew each time.
 */
export function plannedOnce<Value>(values: readonly Value[]): (Value | null)[] {
  return [...values, ...Array<null>(Math.max(0, UNKNOWN_ARRAY_LENGTH - values.length)).fill(null)]
}

const names = new Map<string, string>()

/** The name of a marked statement: the same text has the same name on every connection. Null for one without mark. */
function statementName(text: string): string | null {
  if (!MARKED.test(text)) return null
  const known = names.get(text)
  if (known !== undefined) return known
  if (names.size >= NAMES_MAX) return null
  const name = `p_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`
  names.set(text, name)
  return name
}

/** pg's words for a statement that had no answer in time. */
const SILENCE = 'Query read timeout'

/**
 * A connection of the pool: prepares the statements marked by `prepared()`, and ends when a statement had no answer in
 * time. Handed back as it is, it would keep whoever gets it next waiting as well.
 */
export class PreparingClient extends pg.Client {
  override query(...parameters: unknown[]): never {
    const [text, values] = parameters
    const name = typeof text === 'string' && Array.isArray(values) ? statementName(text) : null
    const asked = name === null ? parameters : [{ name, text, values }, ...parameters.slice(2)]
    // The one signature stands for all that pg has; it hands through whatever comes.
    const answer: unknown = (super.query as (...given: unknown[]) => unknown).apply(this, asked)
    if (answer instanceof Promise) answer.catch((error: unknown) => this.#endIfSilent(error))
    return answer as never
  }

  #endIfSilent(error: unknown): void {
    if (error instanceof Error && error.message === SILENCE) void this.end().catch(() => {})
  }
}
