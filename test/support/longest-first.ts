import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take longest, by what they took when last looked at; those that only wait come first of all. */
const LONGEST = [
  'e2e/crash',
  'e2e/seed',
  'e2e/hosts',
  'auth/browser',
  'attacks/every-route',
  'cli/program',
  'web/views-browser',
  'e2e/scenario-two',
  'profile/browser',
  'telegram/intake',
  'cli/commands',
  'linking/codes',
  'import/import',
  'db/embedded',
  'merging/orders',
  'auth/attacks',
  'auth/email-sign-in',
  'e2e/playground',
  'import/kill',
  'backup/kill',
  'compaction/kill',
  'weblinking/browser',
]

/** The longest files begin the run, so that none of them is left over at its end with the other workers idle. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const found = LONGEST.findIndex((name) => moduleId.includes(`/test/${name}.test.`))
      return found < 0 ? LONGEST.length : found
    }
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b))
  }
}
