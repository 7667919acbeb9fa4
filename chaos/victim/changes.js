// @ts-check

/** @typedef {{ file: string, find: string, put: string }} Change a text of a compiled file and what stands there instead */

/**
 * Faults planted in the program, one at a time: the harness must find each, by what it does and not by accident.
 * @type {Record<string, Change & { shows: RegExp }>}
 */
export const MUTATIONS = {
  /** Each arrival is a new act: whatever comes twice is paid twice. */
  dedupe_off: {
    file: 'core/progression/award-writer.js',
    find: 'pending.push({ award, resolve, reject });',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code of the program, not of this file
    put: 'pending.push({ award: { ...award, key: `${award.key}#${Math.random()}` }, resolve, reject });',
    shows: /#0\.\d+ .*: nobody did this/,
  },
  /** A delivery under way is taken by the next look as well. */
  lease_ignored: {
    file: 'core/deliveries/claim-statements.js',
    find: '(d.leased_until is null or d.leased_until < now())',
    put: 'true',
    shows: /was told twice of|was told \d+ times of/,
  },
  /** Kept awards stay in the machine's memory. */
  spool_not_synced: {
    file: 'spool/spool-file.js',
    find: 'await this.#handle.datasync();\n        // Somebody',
    put: '// Somebody',
    shows: /was lost|and is lost|is not$/,
  },
  /** Callers hear that an award is durable when it was only handed in. */
  commit_answered_early: {
    file: 'core/progression/award-writer.js',
    find: 'this.#queueOf(award).pending.push({ award, resolve, reject });',
    // Messages alone: whoever gives by the API looks at the answer's account. What is not durable yet is lost by a crash
    // in the moment before it is, so that moment lasts.
    put: `if (award.act.type === 'message') {
                this.#waiting -= 1;
                resolve({ status: 'recorded', accountId: 0, xp: 0, coins: 0, reason: null, newXp: 0, newCoins: 0,
                  rank: 1, rankUps: [], streak: 0, created: false });
                const late = { award, resolve: () => {}, reject: () => {} };
                setTimeout(() => { this.#waiting += 1; this.#queueOf(award).pending.push(late); this.#start(); }, 200);
                return;
            }
            this.#queueOf(award).pending.push({ award, resolve, reject });`,
    shows: /was lost|and is lost|is not$/,
  },
}

/** @param {string} file @param {string} find @param {string} put @returns {Change} */
const change = (file, find, put) => ({ file, find, put })

/**
 * What only waits, waits less, so that a run takes seconds: leases of the dead, looks for the database's return, ticks
 * of voice. No rule and no order changes by it; a call's limit stays below half of its lease.
 */
export const HURRY = [
  change('sync/sync-worker.js', 'const LEASE_SECONDS = 30;', 'const LEASE_SECONDS = 5;'),
  change('sync/sync-worker.js', 'const CALL_TIMEOUT_MS = 12_000;', 'const CALL_TIMEOUT_MS = 2_000;'),
  change('sync/sync-worker.js', 'const QUERY_TIMEOUT_MS = 10_000;', 'const QUERY_TIMEOUT_MS = 2_000;'),
  change('app/database-state.js', 'const LOOK_MS = 3_000;', 'const LOOK_MS = 400;'),
  // A process that starts while its clock is moved must go on: that the program refuses is a test's matter.
  change('db/compare-clocks.js', 'const CLOCK_REFUSE_SECONDS = 60;', 'const CLOCK_REFUSE_SECONDS = 1e9;'),
  change('app/database-state.js', 'const LOOK_TIMEOUT_MS = 5_000;', 'const LOOK_TIMEOUT_MS = 1_500;'),
  change('spool/spool.js', 'const LOOK_MS = 1_000;', 'const LOOK_MS = 250;'),
  change(
    'core/progression/award-lane.js',
    'const BATCH_TIMEOUT_MS = 15_000;',
    'const BATCH_TIMEOUT_MS = 2_000;',
  ),
  change('platforms/discord/types.js', 'voiceTickMs: 10_000,', 'voiceTickMs: 700,'),
  change('platforms/discord/types.js', 'roleSweepCheckMs: 30_000,', 'roleSweepCheckMs: 2_000,'),
  change('platforms/discord/types.js', 'first: 1_000, longest: 60_000', 'first: 300, longest: 2_000'),
  change('platforms/telegram/types.js', 'first: 500, longest: 10_000', 'first: 200, longest: 1_000'),
]

/**
 * Makes the changes that concern one file. Throws when a text is no longer there, so that none becomes harmless unseen.
 * @param {string} url of the compiled file
 * @param {string} source
 * @param {readonly Change[]} changes
 */
export function applyChanges(url, source, changes) {
  let changed = source
  for (const { file, find, put } of changes) {
    if (!url.endsWith(`/dist/${file}`)) continue
    if (!changed.includes(find)) throw new Error(`chaos: ${file} no longer contains: ${find}`)
    changed = changed.replace(find, () => put)
  }
  return changed
}
