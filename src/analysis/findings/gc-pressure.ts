/** The finding about garbage collection that takes CPU from requests. */
import { stepText } from '../../model/step-text.ts';
import { formatNumber } from '../../model/units.ts';
import { cpuOwners } from '../run/cpu-owners.ts';
import { allocationsOf } from './allocations.ts';
import { cpuOf } from './cpu-of.ts';
import { harmedSteps, whatUsersSee } from './harm.ts';
import { foundAt, nameOf, type Place, placesOf } from './places.ts';
import type { FindingRule, RunEvidence } from './rule.ts';
import { gcPercentOf, procsOf, usedCores } from './vitals.ts';

/** Garbage collection is worth a word from this share of the CPU on. */
export const gcCpuPercent = 10;
/** Of the CPU that a service used: below it, requests and not their garbage are what the CPU went to. */
const ofUsedThatTells = 0.2;
/** Of all the CPU of the machine that was used: from there on garbage collection is what fills it. */
const ofMachineThatTells = 0.3;
const ofFullThatTells = 0.3;
/** What the runtime does for the collector (runtime/mgc.go, mgcmark.go, mgcsweep.go). */
const collecting =
  /^runtime\.(gcBgMarkWorker|gcAssistAlloc|gcStart|gcMarkDone|gcMarkTermination|bgsweep|GC|wbBufFlush)$/;
const kib = 1024;

/** What follows from a collector that has too much to do, whatever makes it so. */
export const whatGcCosts: readonly string[] = [
  'gc-pressure',
  'hot-function',
  'gc-pauses',
  'run-queue-backlog',
  'goroutine-pile-up',
  'gomaxprocs-below',
  'cpu-throttled',
  'machine-cpu',
  ...whatUsersSee,
];

/**
 * Steps in which garbage collection took a large share of the CPU that GOMAXPROCS allows, by the runtime's counters (runtime/metrics
 * /cpu/classes/gc/total; wall time of workers, so too much where cores are short) or by its trace.
 */
export const gcPressure: FindingRule = {
  id: 'gc-pressure',
  role: 'cause',
  explains: ['run-queue-backlog', 'goroutine-pile-up', ...whatUsersSee],
  find(run) {
    const places = gcPlaces(run);
    if (places.length === 0) return [];
    const harmed = harmedSteps(run);
    const paid = places.filter((at) => harmed.has(at.step.name) && takesFromRequests(run, at));
    const worst = paid[0] ?? places[0];
    if (!worst) return [];
    const allocations = allocationsOf(run, worst.step, worst.target);
    const share = gcOfUsed(run, worst);
    const others = places.filter((at) => at !== worst);
    const names = [worst, ...others].map(({ target }) => target);
    return [
      foundAt(
        run,
        [worst, ...others],
        ['go.cpu_gc_percent', 'gc.cpu_ms', 'gc.heap_live_mib', 'go.heap_live_bytes'],
        (at) => words(run, at),
        {
          severity: paid.length > 0 ? 'warning' : 'note',
          explains: explainedByGc(run, worst),
          title: `Garbage collection takes ${formatNumber(worst.value)} % of the CPU that ${nameOf(run, names)} may use, at ${stepText(worst.step)}`,
          advice: adviceFor(worst, allocations.site),
          ...(allocations.site === undefined ? {} : { site: allocations.site }),
          ...(share === undefined ? {} : { share }),
        },
      ),
    ];
  },
};

/** Where garbage collection takes a tenth or more of the CPU that GOMAXPROCS allows. */
export function gcPlaces(run: RunEvidence): readonly Place[] {
  return placesOf(run, ({ step, target }) => {
    const percent = gcPercentOf(step, target);
    return percent !== undefined && percent >= gcCpuPercent ? percent : undefined;
  });
}

/** Cycles per second, by whichever told them. */
export function cyclesPerSecond({ step, target, table }: Omit<Place, 'value'>): number | undefined {
  const told = step.gc?.find((gc) => gc.target === target)?.cyclesPerSecond;
  return told ?? table['go.gc_cycles_per_second']?.mean;
}

function gcCores({ table, value }: Place): number | undefined {
  const procs = procsOf(table);
  return procs === undefined ? undefined : (value / 100) * procs;
}

/**
 * Its share of the CPU that the service used: what is told is wall time of workers, which wait for a core as often as its other threads; a
 * CPU profile has also those that run on Ps which nobody else wants. The less of both takes from requests.
 */
export function gcOfUsed(run: RunEvidence, at: Place): number | undefined {
  const [taken, used] = [gcCores(at), usedCores(at.table)];
  const delay = (at.table['proc.run_delay_percent']?.mean ?? 0) / 100;
  const told = taken === undefined || used === undefined || used <= 0 ? undefined : Math.min(1, taken / (used + delay));
  const profiled = cpuOf(run, at, collecting)?.share;
  return told === undefined || profiled === undefined ? (told ?? profiled) : Math.min(told, profiled);
}

/** Whether a good part of what the service used went to it, as far as that is known. */
export function takesFromRequests(run: RunEvidence, at: Place): boolean {
  return (gcOfUsed(run, at) ?? 1) >= ofUsedThatTells;
}

/** Findings that follow from garbage collection at a place: what is full only where that is a great part of what fills it. */
export function explainedByGc(run: RunEvidence, at: Place): string[] {
  return [
    ...(gcPressure.explains ?? []),
    ...((gcOfUsed(run, at) ?? at.value / 100) >= ofFullThatTells
      ? ['gomaxprocs-below', 'cpu-throttled', 'hot-function']
      : []),
    ...(fillsMachine(run, at) ? ['machine-cpu'] : []),
  ];
}

/** Of what the run itself fills it with; what others have of it is not garbage of this one. */
function fillsMachine(run: RunEvidence, at: Place): boolean {
  const owners = cpuOwners(at.step.targets);
  const own = owners ? ((100 - owners.idle - owners.others - owners.steal) / 100) * owners.cores : run.cores;
  return (gcOfUsed(run, at) ?? 0) * (usedCores(at.table) ?? 0) >= ofMachineThatTells * own;
}

function words(run: RunEvidence, at: Place): string {
  const { step, target, table, value } = at;
  const [cycles, goal, share] = [cyclesPerSecond(at), table['gc.heap_goal_mib']?.max, gcOfUsed(run, at)];
  const { bytesPerAnswer, site, siteShare } = allocationsOf(run, step, target);
  const assists = step.gc?.find((gc) => gc.target === target)?.assistPercent ?? table['go.cpu_gc_assist_percent']?.mean;
  const source = table['go.cpu_gc_percent'] ? ', as the runtime estimates' : ', by its trace';
  const more = [
    share === undefined ? '' : `, ${formatNumber(100 * share)} % of what it used`,
    assists === undefined || assists < 1 ? '' : `, ${formatNumber(assists)} % by requests that had to assist`,
    cycles === undefined ? '' : `, ${formatNumber(cycles)} cycles per second`,
    goal === undefined ? '' : `, heap goal up to ${formatNumber(goal)} MiB`,
    bytesPerAnswer === undefined ? '' : `, ${formatNumber(bytesPerAnswer / kib)} KiB allocated per answer`,
    site === undefined || siteShare === undefined ? '' : `, ${formatNumber(100 * siteShare)} % of it in ${site}`,
  ];
  return `${formatNumber(value)} % of the CPU that GOMAXPROCS allows${source}${more.join('')}`;
}

function adviceFor({ table }: Place, site: string | undefined): string {
  const live = table['gc.heap_live_mib']?.mean ?? bytesToMib(table['go.heap_live_bytes']?.mean);
  const gogc = table['go.gogc_percent']?.last ?? 100;
  const room =
    gogc > 0
      ? `a higher GOGC (${formatNumber(gogc)} now; ${formatNumber(4 * gogc)} makes about a quarter of the cycles${live === undefined ? '' : ` for about ${formatNumber((live * 3 * gogc) / 100)} MiB more`}), or GOMEMLIMIT with GOGC=off where memory is bounded`
      : 'a higher GOMEMLIMIT';
  return `Allocate less per request${site === undefined ? '' : ` in ${site}`}, or give the collector room: ${room}.`;
}

function bytesToMib(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : bytes / kib ** 2;
}
