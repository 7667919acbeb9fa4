import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import type { AdminIdentity, Config } from './config.js'
import type { ConfigProblem, ProblemCode } from './problems.js'
import { decideSandbox, REAL_TOKENS } from './sandbox.js'
import { ENVIRONMENT, type Environment, type Variable } from './schema.js'

export type LoadedConfig = { config: Config } | { problems: ConfigProblem[] }

/**
 * Reads the environment and the `.env` of `cwd` (the real environment wins, also with an empty value, which means
 * unset) and judges every variable. Either all is well, or every problem is listed at once.
 */
export function loadConfig(env: NodeJS.ProcessEnv, { cwd }: { cwd: string }): LoadedConfig {
  const file = readEnvFile(join(cwd, '.env'))
  if ('problem' in file) return { problems: [file.problem] }
  const raw: Record<string, string | undefined> = { ...file.values, ...env }
  const read = ENVIRONMENT.safeParse(raw)
  const problems = [...(read.success ? [] : read.error.issues.map(problemOf)), ...contradictions(raw)]
  if (problems.length > 0 || !read.success) return { problems }
  return { config: build(read.data, cwd) }
}

function readEnvFile(path: string): { values: NodeJS.Dict<string> } | { problem: ConfigProblem } {
  try {
    return { values: parseEnv(readFileSync(path, 'utf8')) }
  } catch (error) {
    const code = (error as { code?: string }).code ?? 'EIO'
    if (code === 'ENOENT') return { values: {} }
    return { problem: { variable: '.env', code: 'env_file_unreadable', values: { path, error: code } } }
  }
}

type Issue = { path: PropertyKey[]; params?: Record<string, unknown> }

function problemOf(issue: Issue): ConfigProblem {
  return {
    variable: String(issue.path[0]),
    code: issue.params?.problem as ProblemCode,
    values: issue.params?.values as ConfigProblem['values'],
  }
}

/** Variables that are well by themselves and wrong together. Judged on the raw text, so that all problems show at once. */
function contradictions(raw: Record<string, string | undefined>): ConfigProblem[] {
  const value = (name: Variable) => raw[name]?.trim() ?? ''
  const problems: ConfigProblem[] = []
  const add = (variable: Variable, code: ProblemCode, values: ConfigProblem['values'] = {}) =>
    problems.push({ variable, code, values })
  const hook = value('TELEGRAM_WEBHOOK_URL')
  if (hook && !value('TELEGRAM_WEBHOOK_SECRET')) add('TELEGRAM_WEBHOOK_SECRET', 'webhook_without_secret')
  // A Bot API server of one's own also calls plain http.
  if (hook.startsWith('http:') && !value('TELEGRAM_API_ROOT'))
    add('TELEGRAM_WEBHOOK_URL', 'webhook_needs_https')
  if (hook && !value('TELEGRAM_BOT_TOKEN')) add('TELEGRAM_BOT_TOKEN', 'webhook_without_token')
  if (value('DISCORD_CLIENT_SECRET') && !value('DISCORD_CLIENT_ID'))
    add('DISCORD_CLIENT_ID', 'client_without_secret')
  if (value('SANDBOX').toLowerCase() === 'on') {
    const tokens = REAL_TOKENS.filter((name) => value(name))
    if (tokens.length > 0)
      add('SANDBOX', 'sandbox_with_real_token', {
        tokens: tokens.join(', '),
        emptied: tokens.map((name) => `${name}=`).join(' '),
      })
  }
  return problems
}

function build(env: Environment, cwd: string): Config {
  const sandbox = { ...decideSandbox(env), mode: env.SANDBOX }
  const rootDataDir = resolve(cwd, env.DATA_DIR)
  const dataDir = sandbox.on ? join(rootDataDir, 'sandbox') : rootDataDir
  const publicUrl = env.PUBLIC_URL ?? `http://localhost:${env.PORT}`
  const { TELEGRAM_WEBHOOK_URL: hook, TELEGRAM_WEBHOOK_SECRET: hookSecret } = env
  return {
    database: env.DATABASE_URL ? { kind: 'postgres', url: env.DATABASE_URL } : { kind: 'embedded', dataDir },
    dataDir,
    rootDataDir,
    sandbox,
    http: {
      host: env.HOST,
      port: env.PORT,
      publicUrl,
      publicUrlIsSet: env.PUBLIC_URL !== null,
      trustProxy: env.TRUST_PROXY,
      ssePerAddress: env.SSE_PER_ADDRESS,
      signinPerMinute: env.SIGNIN_PER_MINUTE,
    },
    telegram: {
      token: env.TELEGRAM_BOT_TOKEN,
      apiRoot: env.TELEGRAM_API_ROOT,
      webhook: hook && hookSecret ? { url: hook, secret: hookSecret } : null,
      groupIds: env.TELEGRAM_GROUP_IDS,
    },
    discord: {
      token: env.DISCORD_TOKEN,
      clientId: env.DISCORD_CLIENT_ID,
      clientSecret: env.DISCORD_CLIENT_SECRET,
      guildIds: env.DISCORD_GUILD_ID,
      apiBase: env.DISCORD_API_BASE,
      redirectUri: env.DISCORD_REDIRECT_URI ?? `${publicUrl}/auth/discord/callback`,
    },
    sync: { pollSeconds: env.SYNC_POLL_SECONDS },
    pay: env.PAY,
    timeZone: env.COMMUNITY_TIME_ZONE,
    admins: env.ADMIN_ACCOUNTS.map(adminOf),
    mail: { smtpUrl: env.SMTP_URL, openRegistration: env.OPEN_REGISTRATION },
    log: { level: env.LOG_LEVEL, format: env.LOG_FORMAT },
    given: { sessionSecret: env.SESSION_SECRET, idHashKey: env.ID_HASH_KEY },
  }
}

function adminOf(item: string): AdminIdentity {
  const at = item.indexOf(':')
  return { platform: item.slice(0, at) as AdminIdentity['platform'], id: item.slice(at + 1) }
}
