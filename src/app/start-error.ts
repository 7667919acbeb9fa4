/** The program cannot start and waiting would not help: `message` says in the person's language what mends it. */
export class StartError extends Error {
  override name = 'StartError'
}
