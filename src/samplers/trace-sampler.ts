/** The flight recorder from outside: short execution traces over the measured steps, of which those around slow responses are kept. */
import { createHttpGetter, type HttpGetter } from '../host/http.ts';
import type { Sampler, SamplerContext } from '../model/contracts.ts';
import type { Stretch } from '../model/load.ts';
import type { TraceOptions } from '../model/run-traces.ts';
import type { TraceWindow } from '../model/sample.ts';
import type { Target } from '../model/topology.ts';
import { latenessText, latestUs } from './late-window.ts';
import { noAddress, takeProfile } from './profile-look.ts';
import { type ProfileOptions, planProfiles } from './profile-plan.ts';
import { createStampErrors, type StampErrors } from './stamp-errors.ts';
import { noSteps, type StepWatch, watchSteps } from './step-watch.ts';
import { traceOptions } from './trace-options.ts';
import { movedWindow, type PlannedWindow, planWindows } from './trace-plan.ts';
import { createWindowKeeping, type WindowKeeping, type WindowVerdict } from './window-keeping.ts';

const source = 'trace';
/** What a target may take to send the rest of a trace. */
const graceMs = 10_000;
/** A trace may begin and end so much later than it was asked for, where its target is busy. */
const beyondUs = 500_000;
/** A target that somebody else traces is asked so many times in a row. */
const mostBusy = 3;
const noRoom = 'there is no room for a window in it, beside profiles';
const noLoad = 'no load is sent here, and which windows are kept is decided by responses';

/** Takes the windows of `planWindows`, moved with the steps as they really begin, each of the next target, and tells each as a `trace` sample, and what became of it. */
export const traceSampler: Sampler<TraceOptions> = {
  kind: source,
  options: traceOptions,
  cost: 'While one of its windows runs, a target writes down each step of its goroutines, which takes 10 to 20 % more CPU where requests are small; one target at a time is traced.',
  goDebug: () => [],
  exchangesIn: (options, run) =>
    planWindows(run.steps, options, busyStretches(run)).map(({ step, atUs, untilUs }) => {
      const startUs = run.steps[step]?.startUs ?? 0;
      return { step, atUs: atUs - startUs, untilUs: untilUs - startUs + latestUs + beyondUs };
    }),
  open: async (options, context) => {
    const abandon = new AbortController();
    const getter = createHttpGetter();
    const errors = createStampErrors(source, 'at-request', context);
    const keeping = createKeeping(options, context);
    const forget = context.onLoad?.((message) => {
      for (const each of keeping.all()) each.add(message);
    });
    const signal = AbortSignal.any([context.signal, abandon.signal]);
    const watch = watchSteps(context, signal);
    if (context.steps.length === 0 && context.onLoad) {
      context.emit({ kind: 'gap', atUs: context.clock.nowUs(), target: 'all', source, message: noSteps });
    }
    const work = record(options, { getter, errors, keeping, signal, watch }, context);
    return {
      async close() {
        const grace = setTimeout(() => abandon.abort(), graceMs);
        await work;
        clearTimeout(grace);
        keeping.end();
        forget?.();
        watch.forget();
        getter.close();
        errors.tell();
      },
    };
  },
};

/** What becomes of the windows of each target and step. */
interface Keeping {
  of(target: string, step: number): WindowKeeping;
  all(): Iterable<WindowKeeping>;
  /** Tells what is dropped by now. */
  drop(): void;
  end(): void;
}

function createKeeping({ slowest }: TraceOptions, { clock, emit }: SamplerContext): Keeping {
  const groups = new Map<string, { target: string; step: number; windows: WindowKeeping }>();
  const tell = (verdicts: (windows: WindowKeeping) => WindowVerdict[]) => {
    for (const { target, step, windows } of groups.values())
      for (const verdict of verdicts(windows))
        emit({ kind: 'trace-verdict', atUs: clock.nowUs(), target, step, ...verdict });
  };
  return {
    of(target, step) {
      const key = `${target} ${step}`;
      const group = groups.get(key) ?? { target, step, windows: createWindowKeeping(slowest, groups.size + 1) };
      groups.set(key, group);
      return group.windows;
    },
    all: () => [...groups.values()].map(({ windows }) => windows),
    drop: () => tell((windows) => windows.dropped(clock.nowUs())),
    end: () => tell((windows) => windows.end()),
  };
}

/** What all targets are looked at with. */
interface Means {
  readonly getter: HttpGetter;
  readonly errors: StampErrors;
  readonly keeping: Keeping;
  readonly signal: AbortSignal;
  readonly watch: StepWatch;
}

/** A target in turn, and why it is asked no more, if it is not. */
interface Turn {
  readonly target: Target;
  busy: number;
  isOver: boolean;
}

/** One target after the other, so that what tracing costs is never in two of them at once. */
async function record(options: TraceOptions, means: Means, context: SamplerContext): Promise<void> {
  const { clock, steps } = context;
  const busy = busyStretches(context);
  const plan = planWindows(steps, options, busy);
  const turns = context.targets.map((target): Turn => ({ target, busy: 0, isOver: false }));
  tellUntaken(turns, plan, context);
  const { signal, watch } = means;
  const awake = AbortSignal.any([signal, watch.over]);
  let next = 0;
  for (const [index, planned] of plan.entries()) {
    const open = turns.filter(({ isOver }) => !isOver);
    const turn = open[next % open.length];
    if (!turn) return;
    next++;
    const readyUs = clock.nowUs();
    const lateUs = await watch.lateUs(planned.step);
    const step = steps[planned.step];
    if (lateUs === undefined || !step) return;
    const due = movedWindow(planned, lateUs, step, busy);
    await clock.sleep(Math.max(0, due.atUs - clock.nowUs()) / 1000, awake).catch(() => undefined);
    if (signal.aborted || (watch.over.aborted && clock.nowUs() < due.atUs)) return;
    await takeWindow(turn, { ...due, readyUs, number: index + 1 }, means, context);
    means.keeping.drop();
  }
}

/** While a profile collects, nothing is traced: each would see the other's work. */
function busyStretches({ steps, optionsOf }: Pick<SamplerContext, 'steps' | 'optionsOf'>): Stretch[] {
  const profiles = optionsOf?.('profiles') as ProfileOptions | undefined;
  if (!profiles) return [];
  return planProfiles(steps, profiles).flatMap(({ atUs, forMs }) =>
    forMs > 0 ? [{ atUs, untilUs: atUs + forMs * 1000 + latestUs }] : [],
  );
}

/** What is known before the first window. */
function tellUntaken(turns: readonly Turn[], plan: readonly PlannedWindow[], context: SamplerContext): void {
  const { steps, clock } = context;
  const tell = ({ target }: Turn, step: number, why: Pick<TraceWindow, 'outcome' | 'message'>) => {
    const atUs = clock.nowUs();
    context.emit({ kind: 'trace', atUs, untilUs: atUs, target: target.id, step, number: 0, ...why });
  };
  const measured = steps.flatMap(({ measure }, step) => (measure ? [step] : []));
  for (const turn of turns) {
    const isWithout = turn.target.pprofUrl === undefined;
    turn.isOver = isWithout || !context.onLoad;
    if (isWithout) tell(turn, measured[0] ?? 0, { outcome: 'absent', message: noAddress });
    else if (!context.onLoad) tell(turn, measured[0] ?? 0, { outcome: 'left out', message: noLoad });
  }
  const without = measured.filter((step) => !plan.some((each) => each.step === step));
  for (const step of without)
    for (const turn of turns) if (!turn.isOver) tell(turn, step, { outcome: 'left out', message: noRoom });
}

interface DueWindow extends PlannedWindow {
  /** Counted from 1. */
  readonly number: number;
  /** When the window before it was over. */
  readonly readyUs: number;
}

async function takeWindow(
  turn: Turn,
  { atUs, untilUs, step, readyUs, number }: DueWindow,
  { getter, errors, keeping, signal }: Means,
  { clock, emit }: SamplerContext,
): Promise<void> {
  const { target } = turn;
  const startUs = clock.nowUs();
  const windowUs = untilUs - atUs;
  const told = { kind: 'trace', atUs: startUs, untilUs: startUs + windowUs, target: target.id, step, number } as const;
  if (target.isAway) return emit({ ...told, outcome: 'left out', message: 'a fault had taken it away' });
  const late = latenessText({ atUs, readyUs, nowUs: startUs }, 'the window');
  if (late !== undefined) return emit({ ...told, outcome: 'left out', message: late });
  const windows = keeping.of(target.id, step);
  windows.begin(told);
  const took = await takeProfile(target, 'trace', { forMs: windowUs / 1000, graceMs }, getter, signal);
  const wrong = took?.content && !isTrace(took.content) ? noTrace : undefined;
  if (took?.outcome === 'ok' && wrong === undefined) {
    const answeredUs = clock.nowUs();
    errors.add(target.id, Math.max(0, answeredUs - startUs - windowUs));
    turn.busy = 0;
    const times = { answeredUs, originHrUs: clock.originHrUs };
    return emit({ ...told, ...times, outcome: 'ok', content: took.content, bytes: took.content?.length });
  }
  windows.forget(number);
  if (!took) return;
  turn.busy = took.outcome === 'busy' ? turn.busy + 1 : 0;
  turn.isOver = took.outcome === 'absent' || turn.busy >= mostBusy;
  emit({ ...told, outcome: wrong === undefined ? took.outcome : 'failed', message: wrong ?? took.message });
}

const noTrace = 'what it answered does not begin as an execution trace does';

/** By the first bytes of the header (src/internal/trace/version in the sources of Go): `go 1.22 trace` and three zeros. */
function isTrace(content: Uint8Array): boolean {
  return /^go 1\.\d\d trace\0\0\0$/.test(Buffer.from(content.subarray(0, 16)).toString('latin1'));
}
