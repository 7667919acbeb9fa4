import { describe, expect, test } from 'vitest'
import { judgeStatement } from '../../src/cli/sql/judge-statement.js'

describe('a typed statement', () => {
  test.each([
    'select 1',
    'SELECT 1;',
    ' select 1 ;; -- the end',
    `select ';', "a;b", $$;$$, $x$ ; $$ ; $x$ /* ; /* ; */ ; */ -- ;`,
    `select E'it\\'s; fine'`,
    `select 'a''; b'`,
    '(select 1) union (select 2)',
    'with x as (select 1) table x',
    'values (1), (2)',
    'table unified_users',
    `select '$a$;$a$' -- $b$`,
    `select 'pg_sleep(5)'`,
    'select * from t where pg_sleepy = 1',
  ])('%s is one that reads', (typed) => {
    expect(judgeStatement(typed)).toMatchObject({ status: 'read', how: 'cursor' })
  })

  test.each([
    'select 1; select 2',
    'select 1;;select 2',
    `select E'\\'; x'; drop table y`,
    'select 1 /* */ ; x',
  ])('%s is more than one', (typed) => {
    expect(judgeStatement(typed)).toEqual({ status: 'several' })
  })

  test.each(['', '  ', ';', '-- select 1', '/* select 1 */', '\n'])('%j is none', (typed) => {
    expect(judgeStatement(typed)).toEqual({ status: 'empty' })
  })

  test.each([
    ['delete from x', 'delete'],
    ['/* hi */ UPDATE x set a = 1', 'update'],
    ['begin', 'begin'],
    ['do $$ begin end $$', 'do'],
    ['copy x to stdout', 'copy'],
    ['call p()', 'call'],
  ])('%s does not read', (typed, word) => {
    expect(judgeStatement(typed)).toEqual({ status: 'no_read', word })
  })

  test.each([
    'pg_sleep(1)',
    'PG_SLEEP (1)',
    '"pg_sleep"(1)',
    'pg_catalog.pg_sleep_for(interval $$1 s$$)',
    'pg_try_advisory_lock(1)',
    'pg_terminate_backend(1)',
    'lo_import($$/etc/passwd$$)',
    'pg_read_file($$/etc/passwd$$)',
    'pg_ls_dir($$.$$)',
    "dblink('x', 'y')",
    'pg_sleep/* */(1)',
  ])('select %s acts or waits', (call) => {
    expect(judgeStatement(`select ${call}`)).toMatchObject({ status: 'acts' })
  })

  test('a backslash at the beginning is for psql', () => {
    expect(judgeStatement('\\dt+ public.*')).toEqual({ status: 'psql_command', command: '\\dt+' })
  })

  test('what the embedded database could not stop is known by its words, not by its strings', () => {
    expect(judgeStatement('with RECURSIVE r as (select 1) select * from r')).toMatchObject({
      isRecursive: true,
    })
    expect(judgeStatement(`select 'recursive'`)).toMatchObject({ isRecursive: false })
    expect(judgeStatement('explain (ANALYZE, buffers) select 1')).toMatchObject({
      how: 'direct',
      isAnalyze: true,
    })
    expect(judgeStatement('explain select 1')).toMatchObject({ how: 'direct', isAnalyze: false })
  })
})
