/** Words of `ttfd backup` and `ttfd restore`. */
export const backup = {
  command: {
    backup: 'save the whole database into one file; the program may go on running',
    restore: 'bring the database back from a file made by ttfd backup',
  },
  argument: {
    new_file: 'name of the new file; without it the date makes one',
    file: 'a file made by ttfd backup',
  },
  option: {
    with_keys:
      'put the keys (SESSION_SECRET, ID_HASH_KEY) into the file too: keep such a file like a password',
    replace: 'replace a database that has accounts; its place has to be typed',
    any_key: 'restore under another ID_HASH_KEY too: the database will then not know erased people again',
  },
  writing: 'Saving',
  checking: 'Checking the file',
  restoring: 'Restoring',
  done_one: 'Done: {{file}}, {{count}} row, {{size}}.',
  done_other: 'Done: {{file}}, {{count}} rows, {{size}}.',
  keys_inside: 'The keys are in the file: whoever reads it can sign in as anybody. Keep it like a password.',
  keep_keys:
    'Keep id-hash-key from {{directory}} beside the file: without it the database does not know again who deleted an account. Or make the file with --with-keys.',
  keep_environment:
    'Keep ID_HASH_KEY of your settings beside the file: without it the database does not know again who deleted an account. Or make the file with --with-keys.',
  restored: 'Done: the database {{place}} is as it was at {{at}} (rows: {{rows}}).',
  ended:
    'Sessions, codes and link requests are over: everybody signs in on the website anew. Discord roles are looked at again after the start.',
  erased_again_one:
    '{{count}} account was deleted after this backup was made: it is closed again and will be erased by the first start.',
  erased_again_other:
    '{{count}} accounts were deleted after this backup was made: they are closed again and will be erased by the first start.',
  look: 'To check: ttfd doctor',
  ask_one:
    'The database {{place}} has {{count}} account, which will be gone with everything else. Type its place ({{place}}) if that is what you want:',
  ask_other:
    'The database {{place}} has {{count}} accounts, which will be gone with everything else. Type its place ({{place}}) if that is what you want:',
  not_typed: 'Something else was typed. Nothing has changed.',
  error: {
    file_exists: 'There is a file {{file}} already; a backup replaces none. Name another one.',
    no_folder: 'There is no folder for {{file}}.',
    no_file: 'There is no file {{file}}.',
    not_migrated: "The database's tables are not those of this program.",
    not_a_backup: '{{file}} is no backup by ttfd backup ({{detail}}). The database was not touched.',
    truncated: '{{file}} breaks off ({{detail}}). The database was not touched.',
    damaged: '{{file}} is damaged ({{detail}}). The database was not touched.',
    newer:
      '{{file}} was made by a newer program ({{detail}}). Update the program. The database was not touched.',
    foreign: "{{file}} does not fit this program's tables ({{detail}}). The database was not touched.",
    refused_by_database:
      '{{file}} has rows that the database does not allow ({{detail}}). The database was not touched.',
    has_accounts_one: 'The database has {{count}} account already. To replace all of it: --replace.',
    has_accounts_other: 'The database has {{count}} accounts already. To replace all of it: --replace.',
    needs_typing:
      'There is nobody to ask. Pipe the place of the database in: echo "{{place}}" | ttfd restore …',
    in_use:
      'The program is running on this database ({{holder}}). Stop it everywhere; if it died, wait 20 seconds.',
    locked: "Somebody else holds this database's tables (psql, another program). Close it and try again.",
    needed:
      "Something foreign rests on the program's tables, and the database does not let them go: {{reason}}",
    other_key:
      'ID_HASH_KEY here is not the one that the backup was made with: the database would not know again who deleted an account, and they would come back without their marks.',
  },
  error_mend: {
    other_key:
      'put the id-hash-key that you kept into {{directory}} (or set ID_HASH_KEY) and try again; if it is lost: --any-key',
  },
}
