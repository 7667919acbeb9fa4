/** Words of `ttfd events compact`. */
export const compaction = {
  command: 'sum up old events by month: balances stay the sum of events',
  option: {
    before: 'sum up what was before the month of this date (YYYY-MM-DD)',
    keep_days: 'keep the last days event by event; {{days}} unless said otherwise',
    dry_run: 'only count',
  },
  working: 'Summing up',
  done_one: 'Done: {{gone}} event before {{before}} gave way to sums: {{sums}}.',
  done_other: 'Done: {{gone}} events before {{before}} gave way to sums: {{sums}}.',
  would_one: '{{gone}} event before {{before}} would give way to sums: {{sums}}. Nothing was changed.',
  would_other: '{{gone}} events before {{before}} would give way to sums: {{sums}}. Nothing was changed.',
  nothing: 'There is nothing to sum up before {{before}}.',
  left_one: 'The database did not let {{count}} month be summed up; it stays as it was:',
  left_other: 'The database did not let {{count}} months be summed up; they stay as they were:',
  left_line: 'account {{account}}, month from {{month}}: {{reason}}',
  too_young_one:
    'The last {{count}} day is not summed up: undoing a merge and knowing a repetition need single events.',
  too_young_other:
    'The last {{count}} days are not summed up: undoing a merge and knowing a repetition need single events.',
  one_of_both: 'Name either --before or --keep-days.',
  not_a_date: '"{{word}}" is no date: it must be YYYY-MM-DD.',
}
