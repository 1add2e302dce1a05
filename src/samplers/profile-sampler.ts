/** The sampler of profiles: CPU in each step, what accumulates at its edges, and an execution trace when it was asked for. */
import { createHttpGetter, type HttpGetter } from '../host/http.ts';
import type { OpenSampler, Sampler, SamplerContext } from '../model/contracts.ts';
import type { PlannedStep } from '../model/scenario.ts';
import type { Target } from '../model/topology.ts';
import { createKneeWatch, type KneeWatch } from './knee-watch.ts';
import { latenessText } from './late-window.ts';
import { noAddress, type Took, takeProfile } from './profile-look.ts';
import { profileOptions } from './profile-options.ts';
import { type PlannedProfile, type ProfileOptions, planProfiles } from './profile-plan.ts';
import { createStampErrors, type StampErrors } from './stamp-errors.ts';

const source = 'profiles';
/** What a target may take to answer, beyond the time it collects. */
const graceMs = 10_000;

const isAway = 'a fault had taken it away';
const noLoad = 'no load is sent here, and a knee is of a load';
const noKnee =
  'no knee was seen: of the measured steps that are long enough for a trace and have 100 arrivals, each kept its schedule, and none had a p99 so many times that of the step before';

/** Takes profiles at the times of `planProfiles`, all targets at once, one at a time per target; each is a `profile` sample. */
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
    const knee = createKneeWatch(context.steps, options.trace?.knee ?? Number.POSITIVE_INFINITY, (name, why) => {
      const message = `step ${name} is the knee: ${why}; an execution trace is taken at its end`;
      context.emit({ kind: 'event', atUs: context.clock.nowUs(), event: 'knee', message });
    });
    const over = new AbortController();
    const forget = context.onLoad?.((message) => {
      if (message.kind === 'end') over.abort();
      knee.add(message);
    });
    const errors = {
      snapshots: createStampErrors(source, 'http-middle', context),
      windows: createStampErrors(source, 'at-request', context),
    };
    const getter = createHttpGetter();
    const abandon = new AbortController();
    const signal = AbortSignal.any([context.signal, abandon.signal]);
    const work = context.targets.map((target) =>
      takeAll(target, plan, { knee, errors, getter, collectsGarbage: options.gc, over: over.signal }, context, signal),
    );
    return closing(work, abandon, () => {
      forget?.();
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
  /** Aborts when nothing is sent any more, which may be before the last step was to end. */
  readonly over: AbortSignal;
}

/** One after the other: a process collects one CPU profile at a time, and two kinds at once would show each other's work. */
async function takeAll(
  target: Target,
  plan: readonly PlannedProfile[],
  means: Means,
  context: SamplerContext,
  signal: AbortSignal,
): Promise<void> {
  const { clock, steps } = context;
  const awake = AbortSignal.any([signal, means.over]);
  for (const each of plan) {
    const { atUs } = each;
    const leftOut = each.leftOut ?? (target.pprofUrl === undefined ? noAddress : undefined);
    const readyUs = clock.nowUs();
    if (leftOut === undefined) await clock.sleep(Math.max(0, atUs - readyUs) / 1000, awake).catch(() => undefined);
    if (signal.aborted) return;
    const nowUs = clock.nowUs();
    const planned = means.over.aborted && nowUs < atUs ? atEarlyEnd(each, steps, nowUs) : each;
    if (planned) await takeOne(target, { ...planned, leftOut, readyUs }, means, context, signal);
  }
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
  { clock, emit, onLoad }: SamplerContext,
  signal: AbortSignal,
): Promise<void> {
  const { atUs, type, step, forMs } = planned;
  const decided = atKnee(planned, leftOut, means.knee, onLoad !== undefined);
  if (!decided) return;
  const without = decided.leftOut;
  const startUs = without === undefined ? clock.nowUs() : atUs;
  const late = forMs > 0 ? latenessText({ atUs, readyUs, nowUs: startUs }, 'the profile') : undefined;
  const took = await lookOrNot(target, planned, without ?? late, means, signal);
  if (!took) return;
  const from = took.outcome === 'ok' ? stampOf(target.id, planned, startUs, clock.nowUs(), means.errors) : startUs;
  emit({ kind: 'profile', atUs: from, untilUs: from + forMs * 1000, target: target.id, type, step, ...took });
}

/** A load that ended early ends the step that it was in: what is of that edge, or of the end of all, is taken at once; the rest was never to be. */
function atEarlyEnd(planned: PlannedProfile, steps: readonly PlannedStep[], nowUs: number): PlannedProfile | undefined {
  const last = steps.findLastIndex(({ startUs }) => startUs <= nowUs);
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
