/** The sampler of profiles: CPU in each step, what accumulates at its edges, and an execution trace when it was asked for. */
import { createHttpGetter, type HttpGetter } from '../host/http.ts';
import type { OpenSampler, Sampler, SamplerContext } from '../model/contracts.ts';
import type { Target } from '../model/topology.ts';
import { createKneeWatch, type KneeWatch } from './knee-watch.ts';
import { latenessText } from './late-window.ts';
import { noAddress, type Took, takeProfile } from './profile-look.ts';
import { profileOptions } from './profile-options.ts';
import { type PlannedProfile, type ProfileOptions, planProfiles } from './profile-plan.ts';
import { createStampErrors, type StampErrors } from './stamp-errors.ts';
import { noSteps, type StepWatch, watchSteps } from './step-watch.ts';

const source = 'profiles';
/** What a target may take to answer, beyond the time it collects. */
const graceMs = 10_000;

const isAway = 'a fault had taken it away';
const stepIsOver = 'what was taken before it took until the next step was over';
const noLoad = 'no load is sent here, and a knee is of a load';
const noKnee =
  'no knee was seen: of the measured steps that are long enough for a trace and have 100 arrivals, each kept its schedule, and none had a p99 so many times that of the step before';

/** Takes profiles at the times of `planProfiles`, moved with the steps as they really begin, all targets at once, one at a time per target; each is a `profile` sample. */
export const profileSampler: Sampler<ProfileOptions> = {
  kind: source,
  options: profileOptions,
  cost: 'While its CPU profile runs, each busy thread of a target is interrupted 100 times per CPU second, about 1 % of its CPU; snapshots at the edges of steps cost milliseconds; a dump of all goroutines stops the world, and a search for leaked ones collects garbage, both after the load; an execution trace costs more, and only its own window.',
  goDebug: () => [],
  mistake({ trace }, stepNames) {
    if (trace?.step === undefined || stepNames.includes(trace.step)) return undefined;
    return `trace.step must name a step, got ${JSON.stringify(trace.step)} (steps: ${stepNames.join(', ')})`;
  },
  open: async (options, context) => {
    const plan = planProfiles(context.steps, options);
    if (plan.length === 0 && context.onLoad) {
      context.emit({ kind: 'gap', atUs: context.clock.nowUs(), target: 'all', source, message: noSteps });
    }
    const knee = createKneeWatch(context.steps, options.trace?.knee ?? Number.POSITIVE_INFINITY, (name, why) => {
      const message = `step ${name} is the knee: ${why}; an execution trace is taken at its end`;
      context.emit({ kind: 'event', atUs: context.clock.nowUs(), event: 'knee', message });
    });
    const forget = context.onLoad?.(knee.add);
    const errors = {
      snapshots: createStampErrors(source, 'http-middle', context),
      windows: createStampErrors(source, 'at-request', context),
    };
    const getter = createHttpGetter();
    const abandon = new AbortController();
    const signal = AbortSignal.any([context.signal, abandon.signal]);
    const watch = watchSteps(context, signal);
    const work = context.targets.map((target) =>
      takeAll(target, plan, { knee, errors, getter, collectsGarbage: options.gc, watch }, context, signal),
    );
    return closing(work, abandon, () => {
      forget?.();
      watch.forget();
      getter.close();
      errors.snapshots.tell();
      errors.windows.tell();
    });
  },
};

function closing(work: readonly Promise<void>[], abandon: AbortController, end: () => void): OpenSampler {
  return {
    async close() {
      // The load is over: what is still being collected is at the last edge.
      const grace = setTimeout(() => abandon.abort(), graceMs);
      await Promise.all(work);
      clearTimeout(grace);
      end();
    },
  };
}

/** What all targets are looked at with. */
interface Means {
  readonly knee: KneeWatch;
  readonly errors: Readonly<Record<'snapshots' | 'windows', StampErrors>>;
  readonly getter: HttpGetter;
  readonly collectsGarbage: boolean;
  readonly watch: StepWatch;
}

/** One after the other: a process collects one CPU profile at a time, and two kinds at once would show each other's work. */
async function takeAll(
  target: Target,
  plan: readonly PlannedProfile[],
  means: Means,
  context: SamplerContext,
  signal: AbortSignal,
): Promise<void> {
  const { clock } = context;
  const awake = AbortSignal.any([signal, means.watch.over]);
  for (const each of plan) {
    const leftOut = each.leftOut ?? (target.pprofUrl === undefined ? noAddress : undefined);
    const readyUs = clock.nowUs();
    const dueUs = leftOut === undefined ? await dueOf(each, means.watch, context) : each.atUs;
    if (leftOut === undefined && dueUs !== undefined)
      await clock.sleep(Math.max(0, dueUs - clock.nowUs()) / 1000, awake).catch(() => undefined);
    if (signal.aborted) return;
    const last = means.watch.lastBegun(clock.nowUs());
    const isCut = dueUs === undefined || (means.watch.over.aborted && clock.nowUs() < dueUs);
    const planned = isCut ? atEarlyEnd(each, last) : each;
    if (planned)
      await takeOne(target, { ...planned, atUs: dueUs ?? clock.nowUs(), leftOut, readyUs }, means, context, signal);
  }
}

/**
 * When it is to be taken, as soon as that is known: a window so long after the begin of its step as was planned, a snapshot at the begin
 * of the next one, and after the last one when all answers are there. Undefined where the load ended before.
 */
async function dueOf(
  { step, atUs, forMs }: PlannedProfile,
  watch: StepWatch,
  { clock, steps, onLoad }: SamplerContext,
): Promise<number | undefined> {
  const begins = forMs > 0 ? step : step + 1;
  if (begins < steps.length) {
    const lateUs = await watch.lateUs(begins);
    return lateUs === undefined ? undefined : atUs + lateUs;
  }
  if (!onLoad) return atUs;
  await watch.ended();
  return watch.lastBegun(clock.nowUs()) === step ? clock.nowUs() : undefined;
}

/** One whose time has come. */
interface DueProfile extends Omit<PlannedProfile, 'leftOut'> {
  readonly leftOut: string | undefined;
  /** When what came before it was over. */
  readonly readyUs: number;
}

async function takeOne(
  target: Target,
  { readyUs, leftOut, ...planned }: DueProfile,
  means: Means,
  context: SamplerContext,
  signal: AbortSignal,
): Promise<void> {
  const { atUs, type, step, forMs } = planned;
  const { clock, emit, onLoad } = context;
  const decided = atKnee(planned, leftOut, means.knee, onLoad !== undefined);
  if (!decided) return;
  const without = decided.leftOut;
  const startUs = without === undefined ? clock.nowUs() : atUs;
  const late = lateness(planned, readyUs, startUs, context);
  const took = await lookOrNot(target, planned, without ?? late, means, signal);
  if (!took) return;
  const from = took.outcome === 'ok' ? stampOf(target.id, planned, startUs, clock.nowUs(), means.errors) : startUs;
  emit({ kind: 'profile', atUs: from, untilUs: from + forMs * 1000, target: target.id, type, step, ...took });
}

/** Why it is too late for it; a snapshot may be late, for its time is known, but not be of another step altogether. */
function lateness(
  { atUs, step, forMs }: PlannedProfile,
  readyUs: number,
  nowUs: number,
  { steps }: SamplerContext,
): string | undefined {
  if (forMs > 0) return latenessText({ atUs, readyUs, nowUs }, 'the profile');
  const next = steps[step + 1];
  return next && nowUs > atUs + next.endUs - next.startUs ? stepIsOver : undefined;
}

/** A load that ended early ends the step that it was in: what is of that edge, or of the end of all, is taken at once; the rest was never to be. */
function atEarlyEnd(planned: PlannedProfile, last: number): PlannedProfile | undefined {
  const isAtEnd = planned.type === 'goroutineleak' || planned.type === 'dump' || planned.step === last;
  return planned.forMs === 0 && isAtEnd ? { ...planned, step: last } : undefined;
}

/** What came of one look, which is not made where there is a reason why not; undefined when the run was ended over it. */
async function lookOrNot(
  target: Target,
  { type, forMs }: PlannedProfile,
  why: string | undefined,
  { getter, collectsGarbage }: Means,
  signal: AbortSignal,
): Promise<Took | undefined> {
  if (why === undefined && !target.isAway) {
    const took = await takeProfile(target, type, { forMs, graceMs, collectsGarbage }, getter, signal);
    return took && took.outcome !== 'ok' && wasTakenAway(target) ? { outcome: 'left out', message: isAway } : took;
  }
  if (why === undefined) return { outcome: 'left out', message: isAway };
  return { outcome: why === noAddress ? 'absent' : 'left out', message: why };
}

/** Looked at again: it may have gone meanwhile. */
function wasTakenAway({ isAway: away }: Target): boolean {
  return away === true;
}

/** When it began: a snapshot is of some moment between question and answer, a window begins when it is asked for. */
function stampOf(
  target: string,
  { forMs }: PlannedProfile,
  startUs: number,
  endUs: number,
  { snapshots, windows }: Means['errors'],
): number {
  const spareUs = Math.max(0, endUs - startUs - forMs * 1000);
  if (forMs > 0) {
    windows.add(target, spareUs);
    return startUs;
  }
  snapshots.add(target, spareUs / 2);
  return startUs + spareUs / 2;
}

/** What is only for the knee, decided at its time: why it is left out, if it is; undefined when there is nothing to tell in this step. */
function atKnee(
  { atKnee: which, step }: PlannedProfile,
  leftOut: string | undefined,
  knee: KneeWatch,
  hasLoad: boolean,
): { readonly leftOut: string | undefined } | undefined {
  // What cannot be taken is not waited for, so that nothing is known of its step yet.
  if (which === undefined || (leftOut === undefined && knee.at(step) !== undefined)) return { leftOut };
  if (which === 'not last' || knee.seen()) return undefined;
  return { leftOut: leftOut ?? (hasLoad ? noKnee : noLoad) };
}
