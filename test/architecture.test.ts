import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

// The design's import table and house rules, checked on the source as if it were data.

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const SRC = join(ROOT, 'src')

type SourceFile = { path: string; text: string; code: string; lines: number; imports: string[] }

const files: SourceFile[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(ts|tsx|js)$/.test(path))
  .map((path) => {
    const text = readFileSync(join(SRC, path), 'utf8')
    const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '')
    return {
      path,
      text,
      code: withoutComments(text),
      lines: text.split('\n').length - 1,
      imports: specifiers,
    }
  })

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1')
}

/** The part of the program that a file belongs to: `core`, `platforms/web`. */
function partOf(path: string): string {
  const [first = '', second = ''] = path.split('/')
  return first === 'platforms' ? `${first}/${second}` : first
}

const MAY_IMPORT: Record<string, readonly string[]> = {
  core: ['db'],
  db: [],
  config: [],
  i18n: [],
  // Files with markup reach it as `#jsx`, by the compiler's doing.
  jsx: [],
  observability: [],
  sync: ['core', 'db', 'observability'],
  import: ['core', 'db', 'i18n', 'observability'],
  spool: ['core', 'db'],
  backup: ['db'],
  bench: ['core', 'db'],
  'platforms/telegram': ['core', 'db', 'i18n', 'observability'],
  'platforms/discord': ['core', 'db', 'i18n', 'observability'],
  'platforms/web': ['core', 'db', 'i18n', 'observability'],
  sandbox: ['config', 'i18n'],
  app: [
    'core',
    'db',
    'sync',
    'spool',
    'import',
    'platforms/telegram',
    'platforms/discord',
    'platforms/web',
    'sandbox',
    'config',
    'i18n',
    'observability',
  ],
  cli: ['app', 'backup', 'bench', 'core', 'sync', 'spool', 'db', 'import', 'config', 'i18n', 'observability'],
}

/** Types alone may cross here: a platform knows the shapes of the database, never its queries. */
const TYPES_ONLY: Record<string, readonly string[]> = {
  'platforms/telegram': ['db'],
  'platforms/discord': ['db'],
  'platforms/web': ['db'],
}

/** What knowingly stands outside of a rule, with the reason. */
const LONGER: Record<string, string> = {
  'db/schema.ts': 'one list of types, nothing else',
  'db/schema-manifest.ts': 'generated',
}

/** Russian that is read, not shown: what people type, or what stands before a secret. */
const READS_RUSSIAN: Record<string, string> = {
  'cli/confirm.ts': 'yes, as people type it',
  'observability/redact.ts': 'the word before a link code',
  'core/linking/link-code.ts': 'letters that look like Latin ones',
  'import/convert/text.ts': 'what old programs wrote instead of a name',
  'import/sample/old-records.ts': 'invented names of members',
  'import/sample/traps.ts': 'invented names of members',
  'platforms/discord/commands/setup-ranks.ts': 'names that roles already bear',
}

const listed = (predicate: (file: SourceFile) => boolean) => files.filter(predicate).map((file) => file.path)
const inPart = (...parts: string[]) =>
  files.filter((file) => parts.some((part) => partOf(file.path).startsWith(part)))

function targetsOf(file: SourceFile): { part: string; path: string; specifier: string }[] {
  return file.imports
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => {
      const path = relative(SRC, resolve(SRC, dirname(file.path), specifier))
      return { part: partOf(path), path, specifier }
    })
}

test('there is something to check', () => {
  expect(files.length).toBeGreaterThan(100)
})

describe('who may import whom', () => {
  test('every folder has its row in the table', () => {
    expect(
      [...new Set(files.map((file) => partOf(file.path)))].filter((part) => !(part in MAY_IMPORT)),
    ).toEqual([])
  })

  test('nobody imports what the table does not give', () => {
    const wrong = files.flatMap((file) =>
      targetsOf(file)
        .filter(
          ({ part, path }) =>
            part !== partOf(file.path) &&
            !path.startsWith('..') &&
            !MAY_IMPORT[partOf(file.path)]?.includes(part),
        )
        .map(({ path }) => `${file.path} -> ${path}`),
    )
    expect(wrong).toEqual([])
  })

  test('platforms take of the database its types, and whether it is away', () => {
    const wrong = files.flatMap((file) => {
      const strict = TYPES_ONLY[partOf(file.path)] ?? []
      const statements = [...file.text.matchAll(/import (type )?([^;']*?)from '([^']+)'/g)]
      return statements
        .filter(([, type, names = '', specifier = '']) => {
          const path = relative(SRC, resolve(SRC, dirname(file.path), specifier))
          if (!specifier.startsWith('.') || !strict.includes(partOf(path)) || path === 'db/unavailable.js')
            return false
          return (
            !type &&
            names
              .replace(/[{}\s]/g, '')
              .split(',')
              .some((name) => name !== '' && !/^type/.test(name))
          )
        })
        .map(([, , , specifier]) => `${file.path} -> ${specifier}`)
    })
    expect(wrong).toEqual([])
  })

  test('nothing but the tests reaches out of src', () => {
    expect(
      files.flatMap((file) =>
        targetsOf(file)
          .filter(({ path }) => path.startsWith('..'))
          .map(({ path }) => `${file.path} -> ${path}`),
      ),
    ).toEqual([])
  })
})

describe('the core', () => {
  const SDK =
    /^(grammy|@grammyjs|discord\.js|hono|@hono|pino|prom-client|better-auth|croner|commander|i18next|ws|satori|@resvg)/

  test.each([
    ['asks no clock', /\bDate\.now\(|new Date\(\)|performance\.now\(/],
    ['rolls no dice', /Math\.random\(|\brandomInt\b/],
    ['reads no environment', /\bprocess\b(?!ed)/],
    ['writes no log', /\bconsole\./],
    ['starts no timer', /\bset(Timeout|Interval|Immediate)\(/],
  ])('%s', (_, pattern) => {
    const wrong = inPart('core').filter((file) => pattern.test(file.code.replace(/`[^`]*`|'[^']*'/g, '``')))
    expect(wrong.map((file) => file.path)).toEqual([])
  })

  test('knows no SDK, and only pure parts of Node', () => {
    const wrong = inPart('core').flatMap((file) =>
      file.imports
        .filter(
          (specifier) =>
            SDK.test(specifier) || (specifier.startsWith('node:') && specifier !== 'node:crypto'),
        )
        .map((specifier) => `${file.path} -> ${specifier}`),
    )
    expect(wrong).toEqual([])
  })

  test('the database, too, asks no environment and writes no log', () => {
    expect(
      inPart('db')
        .filter((file) => /process\.env|\bconsole\./.test(file.code))
        .map((file) => file.path),
    ).toEqual([])
  })
})

describe('in every file', () => {
  test('SQL stands in core, db, import, sync, backup and bench alone', () => {
    const statement = /\bfrom 'kysely'|\.(selectFrom|insertInto|updateTable|deleteFrom)\(|\bsql`/
    const allowed = ['core', 'db', 'import', 'sync', 'backup', 'bench']
    // `app` hands the login library its tables and asks nothing itself.
    expect(
      listed(
        (file) =>
          !allowed.includes(partOf(file.path)) && partOf(file.path) !== 'app' && statement.test(file.code),
      ),
    ).toEqual([])
  })

  test('words for people stand in i18n alone', () => {
    // The cast of the sandbox has Russian names; they are people, not words.
    const free = ['i18n', 'sandbox']
    expect(
      listed(
        (file) =>
          !free.includes(partOf(file.path)) && !(file.path in READS_RUSSIAN) && /[а-яё]/i.test(file.code),
      ),
    ).toEqual([])
  })

  test('there are at most 300 lines', () => {
    expect(listed((file) => file.lines > 300 && !(file.path in LONGER)).map((path) => path)).toEqual([])
  })

  test('names are kebab-case, exports have names, and no file only passes on', () => {
    expect(
      listed((file) => !/^([a-z0-9]+(-[a-z0-9]+)*\/)*[a-z0-9]+(-[a-z0-9]+)*\.(ts|tsx|js)$/.test(file.path)),
    ).toEqual([])
    expect(listed((file) => /\bexport default\b/.test(file.code))).toEqual([])
    expect(listed((file) => /^export \* from/m.test(file.code))).toEqual([])
  })

  test('nobody waits inside a list of promises: one that fails meanwhile would end the program unheard', () => {
    const listed = /Promise\.all\(\[((?:[^\][]|\[[^\][]*\])*)\]\)/g
    const waiting = files.filter(({ code }) =>
      [...code.matchAll(listed)].some(([, list]) => /,[\s\S]*\bawait\b/.test(list ?? '')),
    )
    expect(waiting.map(({ path }) => path)).toEqual([])
  })

  test('nothing is left for later', () => {
    expect(listed((file) => /\b(TODO|FIXME|XXX|HACK)\b|not implemented/i.test(file.text))).toEqual([])
  })
})

test('migration files are numbered without a gap and say why they exist', () => {
  const names = readdirSync(join(ROOT, 'migrations'))
    .filter((name) => name.endsWith('.sql'))
    .sort()
  names.forEach((name, index) => {
    expect(name).toMatch(new RegExp(`^${String(index + 1).padStart(4, '0')}_[a-z0-9_]+\\.sql$`))
    expect(readFileSync(join(ROOT, 'migrations', name), 'utf8')).toMatch(new RegExp(`^-- ${name}: .{20,}`))
  })
})
