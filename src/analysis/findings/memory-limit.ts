/** The finding about a collector that runs for GOMEMLIMIT's sake: the limit, not GOGC, decides how often. */

import type { GoProgram } from '../../model/go-program.ts';
import { stepText } from '../../model/step-text.ts';
import { formatNumber } from '../../model/units.ts';
import { gcOfUsed, gcPlaces, takesFromRequests, whatGcCosts } from './gc-pressure.ts';
import { harmedSteps } from './harm.ts';
import { foundAt, nameOf, type Place } from './places.ts';
import type { FindingRule, Found, RunEvidence } from './rule.ts';

const mib = 1024 ** 2;
/** A goal this far below the one of GOGC is the work of the limit; stacks and globals only raise the latter. */
const wellBelow = 0.9;
const unitBytes: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KiB: 1024,
  MiB: mib,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
};

/** All in MiB, as the runtime's metrics tell, or its trace and the environment that the process was started with. */
interface Room {
  readonly limit: number;
  readonly goal: number;
  readonly live: number;
  /** -1 is off. */
  readonly gogc: number;
}

/** Steps in which the heap goal stayed below what GOGC alone would make it, and garbage collection took a large share of the CPU. */
export const memoryLimitPressure: FindingRule = {
  id: 'memory-limit',
  role: 'cause',
  explains: whatGcCosts,
  find(run) {
    const places = gcPlaces(run).filter((at) => {
      const room = roomOf(run, at);
      return room && (room.gogc < 0 || room.goal < wellBelow * room.live * (1 + room.gogc / 100));
    });
    const harmed = harmedSteps(run);
    const worst = places.find((at) => harmed.has(at.step.name) && takesFromRequests(run, at)) ?? places[0];
    const room = worst && roomOf(run, worst);
    if (!worst || !room) return [];
    return [
      foundAt(
        run,
        [worst, ...places.filter((at) => at !== worst)],
        ['go.heap_goal_bytes', 'gc.heap_goal_mib', 'go.heap_live_bytes', 'gc.heap_live_mib', 'go.cpu_gc_percent'],
        (at) => words(run, at),
        {
          severity: harmed.has(worst.step.name) && takesFromRequests(run, worst) ? 'warning' : 'note',
          ...shareOf(run, worst),
          title: `GOMEMLIMIT=${formatNumber(room.limit)}MiB leaves ${nameOf(run, [worst.target])} too little room: ${formatNumber(room.live)} MiB are alive, and garbage collection takes ${formatNumber(worst.value)} % of its CPU at ${stepText(worst.step)}`,
          advice: `GOGC changes nothing here. Raise GOMEMLIMIT to ${formatNumber(Math.ceil((room.live * 2.5) / 16) * 16)}MiB or more if the container has the memory, else keep less alive; a limit this near is paid for in CPU by every request.`,
        },
      ),
    ];
  },
};

function roomOf({ targets }: RunEvidence, { target, table }: Pick<Place, 'target' | 'table'>): Room | undefined {
  const inMib = (bytes: number | undefined) => (bytes === undefined ? undefined : bytes / mib);
  const program = targets.find(({ id }) => id === target)?.go;
  const limit = inMib(table['go.memory_limit_bytes']?.last) ?? limitOf(program);
  const goal = inMib(table['go.heap_goal_bytes']?.mean) ?? table['gc.heap_goal_mib']?.mean;
  const live = inMib(table['go.heap_live_bytes']?.mean) ?? table['gc.heap_live_mib']?.mean;
  const gogc = table['go.gogc_percent']?.last ?? gogcOf(program);
  return limit === undefined || goal === undefined || live === undefined || gogc === undefined
    ? undefined
    : { limit, goal, live, gogc };
}

/** As runtime.parseByteCount reads it: digits and a unit of two. */
function limitOf(program: GoProgram | undefined): number | undefined {
  const [, count, unit = ''] = /^(\d+)([KMGT]iB|B)?$/.exec(program?.environment?.['GOMEMLIMIT'] ?? '') ?? [];
  return count === undefined ? undefined : (Number(count) * (unitBytes[unit] ?? 1)) / mib;
}

/** Unknown where the environment is not known: a program may set it itself. */
function gogcOf(program: GoProgram | undefined): number | undefined {
  if (!program?.environment) return undefined;
  const text = program.environment['GOGC'] ?? '100';
  return text === 'off' ? -1 : Number(text);
}

function words(run: RunEvidence, at: Place): string {
  const { live = 0, goal = 0, limit = 0 } = roomOf(run, at) ?? {};
  const limiter = (at.table['go.gc_limiter_last_cycle']?.max ?? 0) > 0;
  const held = limiter ? '; the runtime had to hold it to half of the CPU' : '';
  return `${formatNumber(at.value)} % of the CPU that GOMAXPROCS allows, ${formatNumber(live)} MiB live, goal ${formatNumber(goal)} MiB, limit ${formatNumber(limit)} MiB${held}`;
}

function shareOf(run: RunEvidence, at: Place): Pick<Found, 'share'> {
  const share = gcOfUsed(run, at);
  return share === undefined ? {} : { share };
}
