/** The finding about timers: goroutines that are woken again and again only to look whether there is something to do. */

import { framesOf } from '../../goruntime/profile/types.ts';
import { stepText } from '../../model/step-text.ts';
import { formatCount, formatNumber } from '../../model/units.ts';
import { isInStep } from '../run/step-time.ts';
import { answersPerSecond } from './allocations.ts';
import { ownFramesIn } from './application.ts';
import { cpuOf } from './cpu-of.ts';
import { harmedSteps, whatUsersSee } from './harm.ts';
import { foundAt, nameOf, type Place, placesOf } from './places.ts';
import type { FindingRule, RunEvidence } from './rule.ts';
import { workIn } from './works.ts';

/** The runtime's own (runtime/time.go, since 1.23; before that runtimer and its kin), and what programs make timers with. */
const timers =
  /^(runtime\.(\(\*timers?\)\.|\(\*timeTimer\)\.|runOneTimer|runtimer|checkTimers|adjusttimers|addtimer|deltimer|modtimer|resettimer|timeSleep|newTimer|stopTimer|resetTimer)|time\.(sendTime|goFunc|newTimer|NewTimer|NewTicker|After|AfterFunc|Tick|Sleep|resetTimer|stopTimer|\(\*(Timer|Ticker)\)\.))/;
const made = /^time\.(newTimer|NewTimer|NewTicker|After|AfterFunc|Tick)$/;
const muchOfService = 0.15;
const leastCores = 0.05;
/** Scheduler rounds for each answer; a proxied request takes some ten. */
const manyPerAnswer = 500;
const manyPerSecond = 20_000;
/** One goroutine that waits in a loop is part of every program. */
const fewestSleepers = 20;
const switches = 'sched.switches_per_second';
const waiting = new Set(['sleep', 'select', 'chan receive', 'sync.Cond.Wait']);

/** Steps in which timers took a good part of a service's CPU, or its scheduler ran hundreds of rounds for each answer because of them. */
export const timerStorm: FindingRule = {
  id: 'timer-storm',
  role: 'cause',
  explains: [
    'machine-cpu',
    'run-queue-backlog',
    'goroutine-pile-up',
    'hot-function',
    'gomaxprocs-below',
    'cpu-throttled',
    'gc-pressure',
    'gc-small-heap',
    'gc-pauses',
    'blocking-syscalls',
    'thread-growth',
    ...whatUsersSee,
  ],
  find(run) {
    const places = placesOf(run, (at) => stormIn(run, at));
    const harmed = harmedSteps(run);
    const worst = places.find(({ step }) => harmed.has(step.name)) ?? places[0];
    if (!worst) return [];
    const site = siteOf(run, worst);
    return [
      foundAt(
        run,
        [worst, ...places.filter((at) => at !== worst)],
        [switches, 'proc.voluntary_switches_per_second', 'container.cpu_percent'],
        (at) => words(run, at),
        {
          severity: harmed.has(worst.step.name) && cpuOf(run, worst, timers) ? 'warning' : 'note',
          title: `Timers keep ${nameOf(run, [worst.target])} busy at ${stepText(worst.step)}: ${costWords(run, worst)}${site === undefined ? '' : `, from ${site}`}`,
          advice: `Wait for what is to happen${site === undefined ? '' : ` in ${site}`} instead of looking for it: a channel, a context, a condition; where it has to be looked for, look less often, and with one ticker for all.`,
          ...(site === undefined ? {} : { site }),
          share: Math.min(1, cpuOf(run, worst, timers)?.share ?? worst.value),
        },
      ),
    ];
  },
};

/** The share of CPU that timers take; without a profile, by rounds of the scheduler. */
function stormIn(run: RunEvidence, { step, target, table }: Omit<Place, 'value'>): number | undefined {
  const cpu = cpuOf(run, { step, target }, timers);
  if (cpu) return cpu.share >= muchOfService && cpu.cores >= leastCores ? cpu.share : undefined;
  const rounds = table[switches]?.mean ?? 0;
  const answers = answersPerSecond(step, target);
  const isMany = rounds >= manyPerSecond && answers > 0 && rounds / answers >= manyPerAnswer;
  // Rounds alone do not tell timers from channels: it stays a fact, and goroutines have to wait as those with timers do.
  return isMany && sleepersOf(run, { step, target }).length > 0 ? muchOfService : undefined;
}

function costWords(run: RunEvidence, at: Place): string {
  const cpu = cpuOf(run, at, timers);
  if (cpu) return `${formatNumber(100 * cpu.share)} % of its CPU`;
  return `${formatCount((at.table[switches]?.mean ?? 0) / Math.max(1, answersPerSecond(at.step, at.target)))} scheduler rounds for each answer`;
}

function words(run: RunEvidence, at: Place): string {
  const { step, target, table } = at;
  const [rounds, woken] = [table[switches]?.mean, table['proc.voluntary_switches_per_second']?.mean];
  const answers = answersPerSecond(step, target);
  const cpu = cpuOf(run, at, timers);
  const parts = [
    ...(cpu ? [`${formatNumber(100 * cpu.share)} % of its CPU in timers, ${formatNumber(cpu.cores)} cores`] : []),
    ...(rounds === undefined
      ? []
      : [
          `${formatCount(rounds)} scheduler rounds per second${answers > 0 ? `, ${formatNumber(rounds / answers)} for each answer` : ''}`,
        ]),
    ...(woken === undefined ? [] : [`threads slept and woke ${formatCount(woken)} times per second`]),
  ];
  return parts.join('; ');
}

/** Who makes the timers, by what was allocated for them; else who calls them on a CPU, else where most goroutines wait for one. */
function siteOf(run: RunEvidence, at: Place): string | undefined {
  return makerOf(run, at) ?? cpuOf(run, at, timers)?.site ?? sleepersOf(run, at)[0];
}

function makerOf(run: RunEvidence, { step, target }: Place): string | undefined {
  const { profile } = workIn(run, 'heap', step, target) ?? {};
  const column = profile?.sampleTypes.findIndex(({ type }) => type === 'alloc_objects') ?? -1;
  if (!profile || column < 0) return undefined;
  const ownFrames = ownFramesIn(run.targets.find(({ id }) => id === target)?.go);
  const counts = new Map<string, number>();
  for (const sample of profile.samples) {
    const frames = framesOf(sample);
    const own = frames.some((frame) => made.test(frame)) ? ownFrames(frames)[0] : undefined;
    if (own !== undefined) counts.set(own, (counts.get(own) ?? 0) + Number(sample.values[column] ?? 0n));
  }
  return mostOf(counts);
}

/** Functions of the application in which goroutines were seen to wait as those with a timer do, most first. */
function sleepersOf({ stacks, targets }: RunEvidence, { step, target }: Pick<Place, 'step' | 'target'>): string[] {
  const ownFrames = ownFramesIn(targets.find(({ id }) => id === target)?.go);
  const counts = new Map<string, number>();
  const seen = stacks.filter((one) => one.target === target && isInStep(step, one.atUs));
  const looks = new Set(seen.map(({ atUs }) => atUs));
  for (const { frames, count, reason } of seen.flatMap(({ groups }) => groups)) {
    const own = waiting.has(reason) ? ownFrames(frames)[0] : undefined;
    if (own !== undefined) counts.set(own, (counts.get(own) ?? 0) + count);
  }
  return [...counts]
    .filter(([, count]) => count >= fewestSleepers * looks.size)
    .sort((a, b) => b[1] - a[1])
    .map(([name]) => name);
}

function mostOf(counts: ReadonlyMap<string, number>): string | undefined {
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}
