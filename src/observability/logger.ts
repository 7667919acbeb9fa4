import { type Logger as PinoLogger, pino } from 'pino'
import { plainFields } from './plain-error.js'
import { prettyLine } from './pretty-line.js'
import { createRedactor, redactValue } from './redact.js'

/** The program's one logger; children carry `part`, `platform`, `accountId`, `eventId`. Never message text. */
export type Logger = PinoLogger

export type LoggerOptions = {
  level: string
  /** `pretty`: one plain line per event, for terminals and journald. `json`: one object per line, for machines. */
  format: 'pretty' | 'json'
  /** Where lines go; standard error unless given. */
  destination?: { write(line: string): unknown; isTTY?: boolean }
  /** This run's secrets, hidden wherever they appear, besides everything that looks like one. */
  secrets?: readonly string[]
}

/** Makes the logger. Every line is redacted as a whole: message, fields, errors with their stacks and causes. */
export function createLogger({
  level,
  format,
  destination = process.stderr,
  secrets = [],
}: LoggerOptions): Logger {
  const redact = createRedactor(secrets)
  const colours = destination.isTTY === true && !process.env.NO_COLOR
  const time = process.env.JOURNAL_STREAM === undefined || destination.isTTY === true
  const write = (line: string) => {
    const entry = redactValue(JSON.parse(line), redact) as Parameters<typeof prettyLine>[0]
    if (format === 'pretty') return void destination.write(`${prettyLine(entry, { colours, time })}\n`)
    const { levelNumber: _, ...rest } = entry
    destination.write(`${JSON.stringify(rest)}\n`)
  }
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label, levelNumber) => ({ level: label, levelNumber }), log: plainFields },
      // plainFields has made plain data of errors before pino's own serializer could copy all that hangs on them.
      serializers: { err: (value: unknown) => value },
    },
    { write },
  )
}
