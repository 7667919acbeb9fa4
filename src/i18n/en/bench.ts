/** Words of `ttfd bench`. */
export const bench = {
  command: 'measure what this server can do; your data take no part in it',
  option: { rounds: 'how often to repeat' },
  working: 'Measuring',
  machine: '{{cpu}}, cores: {{cores}}, {{database}}. Shown are the medians of all rounds.',
  postgres: 'PostgreSQL',
  embedded: 'embedded database',
  figure: 'what',
  measured: 'how much',
  meaning: 'what it means',
  per_second: '{{n}}/s',
  ms: '{{n}} ms',
  row: {
    awards: 'awards in a row',
    lone: 'one award',
    profile: 'reading a profile',
    place: 'place on the board',
    syncs: 'beside it: writing to the disk',
    inserts: 'beside it: a plain insert',
  },
  means: {
    awards: 'enough for {{n}} messages a minute',
    lone: 'so long a member waits for the database when nobody else is there',
    profile: 'up to {{n}} profiles a second on one connection, without drawing the page',
    place: "one's own place among all",
    syncs: 'the disk itself: pages of 8 KiB, each written through',
    inserts: 'the database itself: one row, one transaction; awards for each: {{times}}',
  },
  embedded_note: 'The embedded database does not wait for the disk: a power cut can cost its last minutes.',
  may_not_create: 'Measuring needs an empty database of its own beside yours, and this role may create none.',
  may_not_create_mend:
    'psql -U postgres -c "ALTER ROLE {{role}} CREATEDB" (take it back afterwards: NOCREATEDB)',
}
