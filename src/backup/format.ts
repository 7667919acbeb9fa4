/**
 * A backup is gzipped text, one JSON value a line: a header, then for each table a line that names it followed by its
 * rows (arrays of the database's own texts, null for NULL), and an end that counts them and carries the checksum of all
 * lines before it. Nothing in it is ever run.
 */
export const FORMAT = 1

export type Header = {
  ttfd_backup: number
  made_at: string
  /** Version of the program that wrote it. */
  program: string
  /** Which kind of database it was read from. */
  from: 'postgres' | 'embedded'
  database_id: string
  /** Applied migrations with their checksums, in order: they say what tables and columns the rows are for. */
  migrations: { number: number; checksum: string }[]
  /** Tells whether an ID_HASH_KEY is the one under which this database remembers erased people. */
  id_hash_key_check: string | null
  keys?: BackupKeys
}

/** Secrets that live beside the database; only with `--with-keys`. */
export type BackupKeys = { session_secret: string; id_hash_key: string }

export type TableLine = {
  table: string
  columns: string[]
  /** The next numbers of columns that count by themselves. */
  sequences: { column: string; next: string }[]
}

export type EndLine = {
  end: true
  /** Rows of each table. */
  tables: Record<string, number>
  rows: number
  /** Of every line before this one, line ends included, in hex. */
  sha256: string
}

export type BackupFault =
  /** Not written by `ttfd backup`, or a directory, or empty. */
  | 'not_a_backup'
  /** It ends before its end. */
  | 'truncated'
  /** A checksum, a count or the shape of a line is wrong. */
  | 'damaged'
  /** Written by a newer program. */
  | 'newer'
  /** Its migrations, tables or columns are not those of this program. */
  | 'foreign'
  /** Its rows break a rule of the database. */
  | 'refused_by_database'

/** The file cannot be restored; nothing was changed. `detail` says where, for people who know the format. */
export class BackupError extends Error {
  override name = 'BackupError'
  constructor(
    readonly fault: BackupFault,
    readonly detail: string,
    options?: ErrorOptions,
  ) {
    super(`${fault}: ${detail}`, options)
  }
}

/** The longest line that is read: a row holds a picture of 256 KiB at most, or what one event says. */
export const LINE_BYTES_MAX = 32 * 1024 * 1024
