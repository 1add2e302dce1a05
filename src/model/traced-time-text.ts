/** Words for where the time of traced requests went, the same in findings and in every rendering. */
import { shortFunction } from './function-name.ts';
import type { InspectedPart, RequestCohort } from './inspected-trace.ts';
import { formatLatencyUs } from './units.ts';

/** What a stretch of time was spent with, as a term of a sum: `29 ms runnable`. */
export const spentWords: Readonly<Record<InspectedPart['what'], string>> = {
  running: 'running',
  runnable: 'runnable',
  'gc-assist': 'assisting the garbage collector',
  gc: 'held up by the garbage collector',
  stw: 'with the world stopped',
  lock: 'waiting for a lock',
  join: 'waiting for its goroutines',
  channel: 'waiting at a channel',
  select: 'waiting in a select',
  condition: 'waiting for a condition',
  pool: 'waiting for a connection',
  downstream: 'waiting for an answer',
  client: 'reading from or writing to its client',
  sleep: 'sleeping',
  syscall: 'in system calls',
  unknown: 'not told by the trace',
};

const useWords: Readonly<Record<string, string>> = {
  requests: 'other requests',
  collector: 'collector',
  runtime: 'runtime',
  others: 'other goroutines',
  syscalls: 'system calls',
  scheduling: 'handing over',
  free: 'free',
};

/** A place is named where it has this much of its term, and as the whole of it from `wholeTerm` on. */
const leastPlace = 0.3;
const wholeTerm = 0.95;

/** What processors did most while these requests were runnable; undefined where they never were. */
export function insteadText(cohort: Pick<RequestCohort, 'ranInstead'> | undefined, most = 4): string | undefined {
  if (!cohort || cohort.ranInstead.length === 0) return undefined;
  const uses = cohort.ranInstead.toSorted((a, b) => b.us - a.us).slice(0, most);
  return uses.map(({ use, us }) => `${useWords[use] ?? use} ${formatLatencyUs(us)}`).join(', ');
}

/** ` at sql.(*DB).conn`, or how much of a term was there; empty where no place has much of it. */
export function placeText(what: InspectedPart['what'], us: number, parts: readonly InspectedPart[]): string {
  const [first] = parts.filter((part) => part.what === what && part.site !== '').toSorted((a, b) => b.us - a.us);
  if (!first || first.us < leastPlace * us) return '';
  const site = siteText(first.site);
  return first.us >= wholeTerm * us ? ` at ${site}` : ` (${formatLatencyUs(first.us)} of it at ${site})`;
}

/** A place without paths of packages, which leave no room for functions. */
export function siteText(site: string): string {
  return site.split(' in ').map(shortFunction).join(' in ');
}
