import { processIo } from './io.js'
import { runCli } from './run-cli.js'

// A reader that closes the pipe early (`ttfd sql ... | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})
process.exitCode = await runCli(process.argv.slice(2), processIo())
// What had to end has ended. A timer that a library forgot (a wait that a clock set back made an hour long) must not
// keep the process; the moment is for output that is still on its way.
setTimeout(() => process.exit(), 500).unref()
