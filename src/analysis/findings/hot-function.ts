/** The finding about one function that most of a service's CPU goes to, where CPU is what is short. */

import { framesOf, type PprofProfile } from '../../goruntime/profile/types.ts';
import type { StepResult } from '../../model/run-result.ts';
import { stepText } from '../../model/step-text.ts';
import { formatLatencyUs, formatNumber } from '../../model/units.ts';
import { columnOf } from '../run/profile-work.ts';
import { answersPerSecond } from './allocations.ts';
import { ownFramesIn, ownFunctions, tellingFunction } from './application.ts';
import { fullCpu } from './full-cpu.ts';
import { breakWithoutFaults, harmedSteps, whatUsersSee } from './harm.ts';
import { nameOf } from './places.ts';
import type { FindingRule, Found, RunEvidence } from './rule.ts';
import { busyCores } from './vitals.ts';
import { workIn } from './works.ts';
import { yieldingIn } from './yielding.ts';

/** Of the service's CPU; below it the work is spread, and no one function is to blame. */
const mostOfService = 0.4;
/** Of all that the machine did; one that is full of something else has another cause. */
const muchOfMachine = 0.25;
const leastCores = 0.1;
/** Ten samples of a CPU profile; fewer say nothing of where it went. */
const leastCpuNs = 1e8;
/** Of the mean service time: a function that has become so much of it is what users wait for, also where CPU is left. */
const muchOfAnswer = 0.3;
/** A request that costs so many times what it cost at first is a cost that grows with data or with load. */
const grown = 2;
/** Of the cores that it takes; two profiles of the same work differ by less. */
const asMuch = 0.9;
const wordsOfCallee = 0.3;

/** One function in one step. */
interface Hot {
  readonly step: StepResult;
  readonly target: string;
  readonly name: string;
  /** Of the target's CPU. */
  readonly share: number;
  readonly cores: number;
  /** CPU for each answer. */
  readonly us: number;
  /** Of what is full, or else of the target's CPU. */
  readonly shareOfFull: number;
  /** What is full there, if anything is. */
  readonly full: string | undefined;
  /** Whether that is for giving its P away and asking for it again. */
  readonly yields: boolean;
  /** What of the library it spends most of that in. */
  readonly callee: string | undefined;
}

/** Steps whose CPU profiles have one function of the application for most of the CPU. */
export const hotFunction: FindingRule = {
  id: 'hot-function',
  role: 'cause',
  explains: ['run-queue-backlog', 'goroutine-pile-up', ...whatUsersSee],
  find(run) {
    const all = run.targets.flatMap(({ id }) => run.steps.flatMap((step) => hotIn(run, step, id) ?? []));
    const harmed = harmedSteps(run);
    const borne = all.filter(({ step }) => !harmed.has(step.name));
    const paid = all.filter(
      (hot) =>
        harmed.has(hot.step.name) && (hot.full !== undefined || growsInto(hot, all)) && !borne.some(isAsMuchAs(hot)),
    );
    const told = all.filter(({ cores }) => cores >= leastCores);
    const { breaks } = breakWithoutFaults(run);
    const byTelling = (a: Hot, b: Hot) => Number(b.step === breaks) - Number(a.step === breaks) || b.cores - a.cores;
    const worst = [paid, told].flatMap((some) => some.toSorted(byTelling))[0];
    return worst ? [foundOf(run, worst, all, paid.length > 0)] : [];
  },
};

function hotIn(run: RunEvidence, step: StepResult, target: string): Hot | undefined {
  const work = workIn(run, 'cpu', step, target);
  const table = step.targets[target];
  if (!work?.profile || !table || work.windowUs <= 0) return undefined;
  const program = run.targets.find(({ id }) => id === target)?.go;
  const column = columnOf(work.profile, 'cpu');
  const { total, functions } = ownFunctions(work.profile, column, program);
  const yielding = yieldingIn(run, step, target);
  const telling = yielding ? { name: yielding.site, cumulative: yielding.share * total } : tellingFunction(functions);
  if (!telling || telling.cumulative < mostOfService * total) return undefined;
  const cores = telling.cumulative / 1000 / work.windowUs;
  const answers = answersPerSecond(step, target);
  if (telling.cumulative < leastCpuNs || answers <= 0) return undefined;
  const full = fullCpu(step, table);
  const ofMachine = full?.kind === 'machine' ? cores / (busyCores(run, step) ?? cores) : undefined;
  const tells = ofMachine === undefined || ofMachine >= muchOfMachine;
  return {
    step,
    target,
    name: telling.name,
    share: telling.cumulative / total,
    shareOfFull: ofMachine ?? telling.cumulative / total,
    cores,
    us: (cores / answers) * 1e6,
    full: tells && cores >= leastCores ? full?.text : undefined,
    yields: yielding !== undefined,
    callee: calleeOf(work.profile, column, telling.name, ownFramesIn(program)),
  };
}

/** The function that this one calls for most of its time, where it is not of the application. */
function calleeOf(
  profile: PprofProfile,
  column: number,
  name: string,
  ownFrames: (frames: readonly string[]) => readonly string[],
): string | undefined {
  const called = new Map<string, number>();
  let total = 0;
  for (const sample of profile.samples) {
    const frames = framesOf(sample);
    if (ownFrames(frames)[0] !== name) continue;
    const value = Number(sample.values[column] ?? 0n);
    total += value;
    const callee = frames[frames.indexOf(name) - 1];
    if (callee !== undefined) called.set(callee, (called.get(callee) ?? 0) + value);
  }
  const [most] = [...called].sort((a, b) => b[1] - a[1]);
  return most && most[1] >= wordsOfCallee * total ? most[0] : undefined;
}

/** How many times as much an answer costs as where the same function was seen first. */
function growthOf(hot: Hot, all: readonly Hot[]): number {
  const first = all.find(({ target, name }) => target === hot.target && name === hot.name) ?? hot;
  return first.step === hot.step || first.us <= 0 ? 1 : hot.us / first.us;
}

/** Whether the same function took about as much where nobody was harmed: then something else has come. */
function isAsMuchAs(hot: Hot): (other: Hot) => boolean {
  return ({ target, name, cores }) => target === hot.target && name === hot.name && cores >= asMuch * hot.cores;
}

function growsInto(hot: Hot, all: readonly Hot[]): boolean {
  return growthOf(hot, all) >= grown && hot.us >= muchOfAnswer * hot.step.serviceUs.mean;
}

function foundOf(run: RunEvidence, worst: Hot, all: readonly Hot[], isPaid: boolean): Found {
  const same = all.filter(({ target, name }) => target === worst.target && name === worst.name);
  const first = same[0] ?? worst;
  const growth = growthOf(worst, all);
  const grew = growth >= grown ? `, ${formatNumber(growth)} times as much as at ${first.step.name}` : '';
  return {
    severity: isPaid ? 'warning' : 'note',
    explains: [
      ...(hotFunction.explains ?? []),
      ...(isPaid ? ['machine-cpu'] : []),
      ...(grew ? ['gomaxprocs-below', 'gomaxprocs-above-limit', 'cpu-throttled'] : []),
    ],
    title: `${worst.name} takes ${formatNumber(100 * worst.share)} % of the CPU of ${nameOf(run, [worst.target])} at ${stepText(worst.step)}: ${formatLatencyUs(worst.us)} for each answer${grew}`,
    evidence: [worst, ...same.filter((hot) => hot !== worst)].slice(0, 4).map(evidenceOf),
    ...(worst.full === undefined ? {} : { ruledOut: [`Waiting: CPU is what is short there: ${worst.full}`] }),
    advice: worst.yields
      ? `Wait in ${worst.name} for what is to come with a mutex, a channel or a condition, which cost nothing until then: it looks for it again and again (runtime.Gosched).`
      : `Make ${worst.name} cheaper${worst.callee === undefined ? '' : ` (most of its time is in ${worst.callee})`}: keep its result, do it once, or do less of it${grew ? '; what it works on grows with the load' : ''}. The flame graph of this step shows what is below it.`,
    steps: same.map(({ step }) => step.name),
    targets: [worst.target],
    site: worst.name,
    sinceUs: first.step.startUs,
    share: Math.min(1, worst.shareOfFull),
    charts: [{ target: worst.target, series: 'container.cpu_percent' }],
  };
}

function evidenceOf({ step, target, share, cores, us, full }: Hot): string {
  const state = full === undefined ? '' : `; ${full}`;
  return `${step.name}, ${target}: ${formatNumber(100 * share)} % of its CPU, ${formatNumber(cores)} cores, ${formatLatencyUs(us)} of CPU for each answer${state}`;
}
