import { Command } from 'commander'
import type { Finding, Level } from '../../core/doctor/finding.js'
import { visible } from '../../observability/pretty-line.js'
import { type Cli, type ExitCode, GOOD, printJson, REFUSED } from '../cli.js'
import { examine } from '../doctor/examine.js'
import { withPatience } from '../patience.js'
import type { Done } from '../program.js'

/** `ttfd doctor`: examines the installation; exit code 1 when something is broken. */
export function doctorCommand(cli: Cli, done: Done): Command {
  const { t } = cli
  return new Command('doctor')
    .description(t('cli:command.doctor'))
    .option('--json', t('cli:option.json'))
    .action(async ({ json = false }: { json?: boolean }) => {
      const findings = await withPatience(cli, t('doctor:working'), examine(cli))
      if (json)
        printJson(cli, { healthy: !isBroken(findings), findings: findings.map((one) => inWords(cli, one)) })
      else print(cli, findings)
      const code: ExitCode = isBroken(findings) ? REFUSED : GOOD
      done(code)
    })
}

function isBroken(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.level === 'fail')
}

function inWords({ t }: Cli, { code, level, values }: Finding) {
  const message = t(`doctor:finding.${code}`, values)
  return { code, level, message, mend: level === 'ok' ? null : t(`doctor:mending.${code}`, values), values }
}

const SIGNS: Record<Level, string> = { ok: '✅', warn: '⚠️ ', fail: '❌' }

function print(cli: Cli, findings: readonly Finding[]): void {
  const { t } = cli
  for (const finding of findings) {
    const { message, mend } = inWords(cli, finding)
    cli.out(`${SIGNS[finding.level]} ${visible(message)}`)
    if (mend !== null && mend !== '') cli.out(`   ${t('cli:mend', { mend: visible(mend) })}`)
  }
  const count = (level: Level) => findings.filter((finding) => finding.level === level).length
  const broken = count('fail')
  const doubtful = count('warn')
  if (broken > 0) cli.out(t('doctor:broken', { count: broken }))
  else cli.out(doubtful > 0 ? t('doctor:doubtful', { count: doubtful }) : t('doctor:healthy'))
}
