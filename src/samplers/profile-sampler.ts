/** The sampler of profiles: CPU in each step, what accumulates at its edges, and an execution trace when it was asked for. */
import { createHttpGetter, type HttpGetter } from '../host/http.ts';
import type { OpenSampler, Sampler, SamplerContext } from '../model/contracts.ts';
import type { Target } from '../model/topology.ts';
import { createKneeWatch, type KneeWatch } from './knee-watch.ts';
import { noAddress, type Took, takeProfile } from './profile-look.ts';
import { profileOptions } from './profile-options.ts';
import { type PlannedProfile, type ProfileOptions, planProfiles } from './profile-plan.ts';
import { createStampErrors, type StampErrors } from './stamp-errors.ts';

const source = 'profiles';
/** What a target may take to answer, beyond the time it collects. */
const graceMs = 10_000;
/** A window that would begin later than this after its time is left out: it would lie elsewhere in the step, or cross its edge. */
const latestUs = 250_000;

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
    const forget = options.trace?.knee === undefined ? undefined : context.onLoad?.(knee.add);
    const errors = {
      snapshots: createStampErrors(source, 'http-middle', context),
      windows: createStampErrors(source, 'at-request', context),
    };
    const getter = createHttpGetter();
    const abandon = new AbortController();
    const signal = AbortSignal.any([context.signal, abandon.signal]);
    const work = context.targets.map((target) =>
      takeAll(target, plan, { knee, errors, getter, collectsGarbage: options.gc }, context, signal),
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
}

/** One after the other: a process collects one CPU profile at a time, and two kinds at once would show each other's work. */
async function takeAll(
  target: Target,
  plan: readonly PlannedProfile[],
  means: Means,
  context: SamplerContext,
  signal: AbortSignal,
): Promise<void> {
  const { knee, errors } = means;
  const { clock, emit } = context;
  for (const planned of plan) {
    const { atUs, type, step, forMs } = planned;
    const leftOut = planned.leftOut ?? (target.pprofUrl === undefined ? noAddress : undefined);
    if (leftOut === undefined)
      await clock.sleep(Math.max(0, atUs - clock.nowUs()) / 1000, signal).catch(() => undefined);
    if (signal.aborted) return;
    const decided = atKnee(planned, leftOut, knee, context.onLoad !== undefined);
    if (!decided) continue;
    const without = decided.leftOut;
    const startUs = without === undefined ? clock.nowUs() : atUs;
    const took = await lookOrNot(target, planned, without ?? lateness(planned, startUs), means, signal);
    if (!took) continue;
    const from = took.outcome === 'ok' ? stampOf(target.id, planned, startUs, clock.nowUs(), errors) : startUs;
    emit({ kind: 'profile', atUs: from, untilUs: from + forMs * 1000, target: target.id, type, step, ...took });
  }
}

/** What came of one look, which is not made where there is a reason why not; undefined when the run was ended over it. */
async function lookOrNot(
  target: Target,
  { type, forMs }: PlannedProfile,
  why: string | undefined,
  { getter, collectsGarbage }: Means,
  signal: AbortSignal,
): Promise<Took | undefined> {
  if (why === undefined) return await takeProfile(target, type, { forMs, graceMs, collectsGarbage }, getter, signal);
  return { outcome: why === noAddress ? 'absent' : 'left out', message: why };
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

/** Why a window is not begun now, if it is not. */
function lateness({ atUs, forMs }: PlannedProfile, nowUs: number): string | undefined {
  return forMs > 0 && nowUs > atUs + latestUs ? 'the profile before it took too long' : undefined;
}
