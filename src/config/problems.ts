/** What can be wrong with a variable. `config:wrong.<code>` says it, `config:mend.<code>` how to mend it. */
export const PROBLEM_CODES = [
  'not_a_number',
  'not_a_switch',
  'not_a_choice',
  'not_a_url',
  'not_a_site_root',
  'not_a_database_url',
  'not_a_mail_url',
  'not_a_time_zone',
  'not_an_address_list',
  'not_an_admin_list',
  'not_a_group_list',
  'not_a_guild_list',
  'not_an_id',
  'not_a_telegram_token',
  'not_a_discord_token',
  'not_a_webhook_secret',
  'too_short',
  'webhook_without_secret',
  'webhook_needs_https',
  'webhook_without_token',
  'client_without_secret',
  'sandbox_with_real_token',
  'env_file_unreadable',
] as const
export type ProblemCode = (typeof PROBLEM_CODES)[number]

/** One thing wrong with the environment. `values` never hold a secret: they are meant for people. */
export type ConfigProblem = {
  variable: string
  code: ProblemCode
  values: Record<string, string | number>
}

/** The words of a problem: what is wrong, and how to mend it. */
export function describeProblem(
  t: (key: string, values?: Record<string, unknown>) => string,
  problem: ConfigProblem,
): { what: string; mend: string } {
  const values = { variable: problem.variable, ...problem.values }
  return { what: t(`config:wrong.${problem.code}`, values), mend: t(`config:mend.${problem.code}`, values) }
}
