/** What execution traces say of the cause that is told first: a line of evidence where they show the same, a caution where another. */
import type { Finding } from '../../model/finding.ts';
import type { TracedStep } from '../../model/run-traces.ts';
import { insteadText, placeText, spentWords } from '../../model/traced-time-text.ts';
import { formatLatencyUs } from '../../model/units.ts';
import { extraTimeOf, type SlowTime, slowTimeOf, spentOn, type TimeKind } from '../traces/extra-time.ts';
import type { RunEvidence } from './rule.ts';

/** What traces show of requests where a finding is what makes them slow. */
interface Shown {
  readonly kinds: readonly TimeKind[];
  /** What may come of it as well, and speaks neither for nor against it. */
  readonly also?: readonly TimeKind[];
}

const onProcessor: Shown = { kinds: ['runnable', 'running'], also: ['gc', 'stw'] };
const inKernel: Shown = { kinds: ['syscall'], also: ['lock'] };
const collecting: Shown = { kinds: ['gc', 'stw'], also: ['runnable', 'running'] };
/** A process that is held still is so wherever its requests are. */
const heldStill: Shown = {
  kinds: ['runnable', 'running'],
  also: ['gc', 'stw', 'lock', 'pool', 'downstream', 'client', 'sleep', 'syscall'],
};
const shownOf: Readonly<Record<string, Shown>> = {
  'lock-convoy': { kinds: ['lock'] },
  'pool-too-small': { kinds: ['pool', 'channel', 'select', 'condition'], also: ['lock', 'sleep'] },
  'slow-upstream': { kinds: ['downstream', 'pool'] },
  'request-sleeps': { kinds: ['sleep'] },
  'blocking-syscalls': inKernel,
  'disk-waits': inKernel,
  'gc-pressure': collecting,
  'gc-forced': collecting,
  'gc-small-heap': collecting,
  'gc-pauses': collecting,
  'memory-limit': collecting,
  'run-queue-backlog': onProcessor,
  'gomaxprocs-below': onProcessor,
  'hot-function': onProcessor,
  'timer-storm': onProcessor,
  'cpu-throttled': heldStill,
  'gomaxprocs-above-limit': heldStill,
};
/** Whoever waits for another goroutine of the service may wait for whatever holds that up, which is in no part of the request. */
const handedOn: readonly TimeKind[] = ['join', 'channel', 'select', 'condition', 'unknown'];
const most = 0.5;
/** Parts of the time of slow requests with less are not told. */
const leastTold = 0.1;
/** How many numbers of the finding itself stand in front: short reports show three lines. */
const linesBefore = 2;

/** What traces of the finding's step and service say. */
interface Traced {
  readonly step: TracedStep;
  readonly shown: Shown;
  readonly slow: SlowTime;
}

/** The finding with a line of evidence of traces, where most of the time of slow requests is of its kind; else as it was. */
export function withTracedEvidence(finding: Finding, run: RunEvidence): Finding {
  const traced = tracedOf(finding, run);
  if (!traced || !agrees(traced)) return finding;
  const { step, shown, slow } = traced;
  const terms = shown.kinds
    .map((what) => ({ what, us: spentOn(slow.parts, [what]) }))
    .filter(({ us }) => us >= leastTold * slow.meanUs)
    .sort((a, b) => b.us - a.us);
  const told = terms.map(({ what, us }) => `${formatLatencyUs(us)} ${spentWords[what]}${aboutTerm(what, us, slow)}`);
  const line = `${step.step}: ${slow.who} of ${step.service} took ${formatLatencyUs(slow.meanUs)} on average, of which ${told.join(' and ')}`;
  const { evidence } = finding;
  return { ...finding, evidence: [...evidence.slice(0, linesBefore), line, ...evidence.slice(linesBefore)] };
}

/** What traces say against a finding; undefined where they do not, or say nothing. */
export function tracedCaution(finding: Finding, run: RunEvidence): string | undefined {
  const traced = tracedOf(finding, run);
  if (!traced || !run.traces || agrees(traced)) return undefined;
  const { step, shown } = traced;
  const extra = extraTimeOf(step, run.traces, stepsBelow(step.step, run));
  const [greatest] = extra?.kinds ?? [];
  if (!extra || !greatest || greatest.us <= most * extra.us) return undefined;
  const { what, us } = greatest;
  const { slow } = extra;
  if ([...shown.kinds, ...(shown.also ?? []), ...handedOn].includes(what)) return undefined;
  if (spentOn(slow.parts, [what]) <= spentOn(slow.parts, shown.kinds)) return undefined;
  const than = extra.than === undefined ? 'ordinary ones' : `ordinary ones of ${extra.than}`;
  return `Traces of ${step.service} in ${step.step} show something else: ${slow.who} took ${formatLatencyUs(extra.us)} longer than ${than}, of which ${formatLatencyUs(us)} ${spentWords[what]}${aboutTerm(what, us, slow)}`;
}

/** The names of the measured steps with a lower rate, lowest first. */
export function stepsBelow(name: string, { steps }: Pick<RunEvidence, 'steps'>): string[] {
  const rps = steps.find((step) => step.name === name)?.load.plannedRps ?? 0;
  return steps
    .filter(({ load }) => load.plannedRps < rps)
    .toSorted((a, b) => a.load.plannedRps - b.load.plannedRps)
    .map((step) => step.name);
}

/** What processors did meanwhile, or the place in the code. */
export function aboutTerm(what: TimeKind, us: number, { parts, ranInstead }: Omit<SlowTime, 'who' | 'meanUs'>): string {
  if (what !== 'runnable') return placeText(what, us, parts);
  const instead = insteadText({ ranInstead }, 2);
  return instead === undefined ? '' : ` (processors meanwhile: ${instead})`;
}

function agrees({ shown, slow }: Traced): boolean {
  return spentOn(slow.parts, shown.kinds) > most * slow.meanUs;
}

/** In the first of its steps that broke, else in the last one that was traced. */
function tracedOf({ id, steps, targets: [target] = [] }: Finding, run: RunEvidence): Traced | undefined {
  const shown = shownOf[id];
  const service = run.targets.find((each) => each.id === target)?.service;
  const seen = (run.traces?.steps ?? []).filter((each) => each.service === service && steps.includes(each.step));
  const broken = run.waits.find((waits) => waits.broken)?.step.name;
  const step = seen.find((each) => each.step === broken) ?? seen.at(-1);
  const slow = step && slowTimeOf(step);
  return shown && step && slow ? { step, shown, slow } : undefined;
}
