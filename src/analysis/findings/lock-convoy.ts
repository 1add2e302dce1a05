/** The finding about locks that requests queue for. */

import { isStandard } from '../../goruntime/package-names.ts';
import { framesOf } from '../../goruntime/profile/types.ts';
import { shortFunction } from '../../model/function-name.ts';
import { formatNumber, formatShare } from '../../model/units.ts';
import type { ProfileWork } from '../run/profile-work.ts';
import { columnOf } from '../run/profile-work.ts';
import { oneConnection, oneFile, sqliteLock } from '../waits/stack-kind.ts';
import { type TellingSite, tellingSites } from '../waits/telling.ts';
import { heldIn } from './lock-holder.ts';
import type { FindingRule, Found, RunEvidence } from './rule.ts';
import { unevenSpread } from './same-program.ts';
import { aboutWait, ofService, severityOf, waitText } from './wait-words.ts';

/** Requests that wait for a mutex, with who waits and, from the mutex profile, who let them wait. */
export const lockConvoy: FindingRule = {
  id: 'lock-convoy',
  role: 'cause',
  explains: ['goroutine-pile-up', 'throughput-ceiling', 'latency-knee', 'response-leaves-service'],
  find: (run) =>
    tellingSites(run.waits, run.scenario, ['lock'])
      .filter(isNoProcessorQueue)
      .map((telling) => found(telling, run)),
};

function found(telling: TellingSite, run: RunEvidence): Found {
  const { site, waits } = telling;
  const about = aboutWait(telling);
  const holder = holderOf(telling, run);
  const held = heldIn(site, waits, run);
  const spread = unevenSpread(site, waits.step, run.targets);
  return {
    ...about,
    severity: severityOf(telling),
    title: `Requests wait ${waitText(site, waits)} for a lock (${site.what}), in ${shortFunction(site.site)} ${ofService(site, run.targets)}`,
    evidence: [
      ...about.evidence,
      ...(held
        ? [
            `${held.target}: ${formatNumber(held.mean)} on average is past it, in ${held.callee} (${held.reason}), called by ${held.locked}: it holds the lock`,
          ]
        : []),
      ...(holder
        ? [
            `mutex profile: ${formatShare(holder.share)} of the time waited was ended by ${holder.unlocker}, which held the lock`,
          ]
        : []),
      ...(spread ? [spread.evidence] : []),
    ],
    advice: [...(spread ? [spread.advice] : []), advise(site.what, holder?.unlocker, held?.callee)].join(' '),
    charts: site.targets
      .slice(0, 4)
      .flatMap((target) =>
        waits.step.targets[target]?.[`goroutines.waiting.${site.what}`]
          ? [{ target, series: `goroutines.waiting.${site.what}` }]
          : [],
      ),
  };
}

/** Of locks that no code of the service takes, and no mutex profile tells. */
const ofDescriptors: Readonly<Record<string, string>> = {
  [oneFile]:
    'A file takes one write at a time: hand what is to be written to one goroutine, which writes many at once, and force it to storage (Sync) less often.',
  [oneConnection]:
    'A connection takes one write at a time: hand what is to be sent to one goroutine, which writes many at once, or open more connections.',
};
const ofSqlite =
  'SQLite lets one transaction write at a time, and whoever finds it locked pauses and looks again until busy_timeout is over. Keep what is slow out of transactions, put several writes into one, and let one connection do all writing (SetMaxOpenConns(1) on a pool of its own), so that others queue in turn.';

function advise(what: string, holder: string | undefined, callee: string | undefined): string {
  const ofDescriptor = ofDescriptors[what];
  if (ofDescriptor !== undefined) return ofDescriptor;
  const within = callee ? `${shortFunction(callee)} is called while it is held: ` : '';
  if (what === sqliteLock) return `${within}${ofSqlite}`;
  const who = holder ? `${shortFunction(holder)} holds it: ` : within;
  const readers =
    what === 'sync.RWMutex.RLock' ? ' Readers wait for a writer, and a writer that waits keeps new readers out.' : '';
  const look = holder || callee ? '' : ' The mutex profile names who holds it (runtime.SetMutexProfileFraction).';
  return `${who}${who === '' ? 'Hold' : 'hold'} the lock for less, take slow work (I/O, allocation, logging) out of it, or split it.${readers}${look}`;
}

/** Where goroutines that could run are more than those that wait for the lock, they wait for the processor. */
function isNoProcessorQueue({ site, waits }: TellingSite): boolean {
  const running = waits.sites
    .filter(({ service, kind }) => service === site.service && kind === 'runnable')
    .reduce((sum, { excess }) => sum + excess, 0);
  return running < site.excess;
}

/** A mutex profile has the stack that unlocked: its innermost function outside of the standard library held the lock. */
function holderOf({ site, waits }: TellingSite, { works, scenario }: RunEvidence) {
  const delays = new Map<string, number>();
  for (const work of works) {
    if (work.type !== 'mutex' || !work.profile || !site.targets.includes(work.target)) continue;
    if (stepName(work, scenario) !== waits.step.name) continue;
    const column = columnOf(work.profile, 'mutex');
    for (const { locations, values } of work.profile.samples) {
      const unlocker = framesOf({ locations }).find((frame) => !isStandard(frame));
      if (unlocker !== undefined) delays.set(unlocker, (delays.get(unlocker) ?? 0) + Number(values[column] ?? 0n));
    }
  }
  const total = [...delays.values()].reduce((sum, delay) => sum + delay, 0);
  const most = [...delays].sort((a, b) => b[1] - a[1])[0];
  return most && total > 0 ? { unlocker: most[0], share: most[1] / total } : undefined;
}

function stepName({ step }: ProfileWork, { load }: RunEvidence['scenario']): string | undefined {
  return load?.steps[step]?.name;
}
