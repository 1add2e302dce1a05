import fc from 'fast-check';
import { expect, it } from 'vitest';
import { wallMs } from '../../../src/host/clock.ts';
import { Windows } from '../../../src/load/accounts/windows.ts';
import type { LoadArrivals } from '../../../src/load/generators/due-arrivals.ts';
import { lostShare } from '../../../src/load/generators/lost-share.ts';
import { createToldArrivals } from '../../../src/load/generators/told-arrivals.ts';
import { openRequestSource } from '../../../src/load/requests/source.ts';
import { namesOf } from '../../../src/load/requests/visit-plan.ts';
import type { WireRequest } from '../../../src/load/requests/wire-request.ts';
import { arrivalCursor } from '../../../src/load/schedule/arrivals.ts';
import type { LoadBins, LoadMessage, LoadPlan, LoadWindow } from '../../../src/model/load.ts';
import type { OutcomeCounts } from '../../../src/model/outcome-counts.ts';
import type { FlowSpec } from '../../../src/model/scenario.ts';
import { constantStep, imbalance, plainRequest, planFor } from '../load-run.ts';

const shares = [
  { index: 1, of: 4 },
  { index: 2, of: 4 },
];
const startUs = 300_000;
const named = (name: string, weight = 1) => ({ ...plainRequest, name, weight });
const flow = (name: string, weight: number, ...requests: readonly string[]): FlowSpec => ({
  name,
  weight,
  cookies: false,
  requests: requests.map((each) => ({ ...named(each), extract: {} })),
});

/** Plans with one request, several, flows beside them, and flows alone. */
const sent: readonly Pick<LoadPlan, 'requests' | 'flows'>[] = [
  { requests: [named('')] },
  { requests: [named('list', 3), named('read'), named('write', 0.5)] },
  { requests: [named('list', 2), named('read')], flows: [flow('buy', 2, 'cart', 'pay'), flow('look', 1, 'home')] },
  { requests: [], flows: [flow('buy', 1, 'cart', 'pay')] },
];

interface Case {
  readonly plan: LoadPlan;
  readonly recorded: Pick<LoadArrivals, 'recorded'> & { readonly recordedUs?: Float64Array };
}

/** What each arrival of the shares up to a moment is, by the source that a generator sends from. */
async function arrivalsOf({ plan, recorded }: Case, untilUs: number) {
  const found: { step: number; dueUs: number; request: WireRequest; share: number }[] = [];
  for (const share of shares) {
    const next = await openRequestSource({ ...plan, share }, wallMs, recorded.recorded);
    const { steps, arrivals, seed } = plan;
    const schedule = { steps, arrivals, seed, startUs, share, recordedUs: recorded.recordedUs };
    for (const cursor = arrivalCursor(schedule); cursor.dueUs <= untilUs; cursor.advance())
      found.push({ step: cursor.step, dueUs: cursor.dueUs, request: next(), share: share.index });
  }
  return found;
}

/** What the workers of a generator tell of them: some ended, others of flows in their second request, and some sent before they were due. */
async function toldOf(
  { plan }: Case,
  all: Awaited<ReturnType<typeof arrivalsOf>>,
  fateOf: (index: number) => number,
): Promise<(LoadWindow | LoadBins)[]> {
  const messages: (LoadWindow | LoadBins)[] = [];
  for (const { index } of shares) {
    const windows = new Windows({ requests: namesOf(plan), flows: plan.flows ?? [] }, plan.binUs);
    for (const [place, arrival] of all.entries())
      if (arrival.share === index) live(windows, plan, arrival, fateOf(place));
    await windows.flush((message) => messages.push(message));
  }
  return messages;
}

/** One arrival, as its worker counts it. */
function live(
  windows: Windows,
  { flows = [] }: LoadPlan,
  { step, dueUs, request }: Awaited<ReturnType<typeof arrivalsOf>>[number],
  fate: number,
): void {
  const flow = request.visit?.flow;
  const window = windows.plan(step, dueUs, request.index, flow);
  if (fate === 0) return;
  const last = request.index + (flows[flow ?? -1]?.requests.length ?? 1) - 1;
  for (let passed = request.index; passed < last; passed++) {
    windows.endRequest(window, 'completed', {}, passed);
    windows.planRequest(window, passed + 1);
  }
  if (fate === 1) return;
  const outcome = fate === 2 ? 'failed' : 'completed';
  windows.endArrival(window, outcome, { dueUs: fate === 3 ? dueUs - 300 : dueUs, responseUs: 5 }, flow);
  windows.endRequest(window, outcome, { responseUs: 5 }, last);
}

function total(counts: readonly OutcomeCounts[]): OutcomeCounts {
  const sum = (key: keyof OutcomeCounts) => counts.reduce((all, each) => all + each[key], 0);
  const [planned, completed, failed] = [sum('planned'), sum('completed'), sum('failed')];
  return { planned, completed, failed, timedOut: 0, dropped: 0, unfinished: sum('unfinished') };
}

function countBy<T>(values: readonly T[], is: (value: T) => boolean): number {
  return values.filter(is).length;
}

/** The sums of one step, by what fell due in it. */
function expectWhole(plan: LoadPlan, messages: readonly LoadMessage[], due: Awaited<ReturnType<typeof arrivalsOf>>) {
  const windows = messages.filter((each) => each.kind === 'window');
  const whole = total(windows);
  expect(imbalance(whole)).toBe(0);
  expect(whole.planned).toBe(due.length);
  const names = namesOf(plan);
  for (const [place, { name }] of names.length > 1 ? names.entries() : []) {
    const request = total(windows.flatMap(({ requests = [] }) => requests.filter((each) => each.name === name)));
    expect(imbalance(request)).toBe(0);
    // What comes later in a flow is known by what was told of it.
    const begun = countBy(due, (each) => each.request.index === place);
    if (begun > 0) expect(request.planned).toBe(begun);
  }
  for (const [place, { name }] of (plan.flows ?? []).entries()) {
    const visits = total(windows.flatMap(({ flows = [] }) => flows.filter((each) => each.name === name)));
    expect(imbalance(visits)).toBe(0);
    expect(visits.planned).toBe(countBy(due, (each) => each.request.visit?.flow === place));
  }
  const bins = messages.flatMap((each) => (each.kind === 'bins' ? each.bins : []));
  const sum = (pick: (bin: (typeof bins)[number]) => number) => bins.reduce((so, each) => so + pick(each), 0);
  expect(sum(({ completed }) => completed)).toBe(whole.completed);
  expect(sum((bin) => bin.lost)).toBe(whole.failed + whole.unfinished);
  expect(sum(({ untold = 0 }) => untold)).toBe(whole.unfinished);
}

const kinds = fc.constantFrom('uniform' as const, 'poisson' as const, 'recorded' as const);

it('makes up for what was not told, so that each arrival of a lost generator has one outcome, also of its request, its flow and its bin', async () => {
  const moment = fc.double({ min: startUs, max: 4e6, noNaN: true });
  const fates = fc.array(fc.nat(4), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(
      moment,
      moment,
      fates,
      kinds,
      fc.constantFrom(...sent),
      async (toldUs, lostAtUs, own, kind, what) => {
        const steps = [constantStep(40, 1500), constantStep(90, 1000)];
        const arrivals = kind === 'recorded' ? { file: '', speed: 1, fromMs: 0 } : kind;
        const plan = planFor(80, { ...what, steps, arrivals, seed: 7, binUs: 20_000 });
        const recordedUs = Float64Array.from({ length: 200 }, (_, index) => index * 11_000);
        const sources = what.requests.length + (what.flows?.length ?? 0);
        const recordedRequests = Int32Array.from(recordedUs, (_, index) => (index % (sources + 1)) - 1);
        const recorded = kind === 'recorded' ? { recordedUs, recorded: recordedRequests } : {};
        const load = { plan, recorded };
        // A generator may have told of arrivals that are a little beyond the moment at which it was found to be gone.
        const untilUs = Math.max(toldUs, lostAtUs);
        const due = await arrivalsOf(load, untilUs);
        const known = await toldOf(load, await arrivalsOf(load, toldUs), (index) => own[index % own.length] ?? 0);
        const told = createToldArrivals();
        for (const message of known) told.take(message);
        const schedule = { steps, arrivals, seed: 7, startUs, recordedUs: recorded.recordedUs };
        const lost = lostShare({ schedule, plan, recorded: recorded.recorded }, shares, told, untilUs);
        const all: LoadMessage[] = [...known, ...lost.windows, ...lost.bins];
        for (const step of steps.keys())
          expectWhole(
            plan,
            all.filter((each) => 'step' in each && each.step === step),
            due.filter((each) => each.step === step),
          );
      },
    ),
    { numRuns: 100 },
  );
});

it('keeps to what was told of arrivals that were due a little later than it was found to be gone', async () => {
  const plan = planFor(80, { requests: [named('a'), named('b')], steps: [constantStep(100, 1000)], binUs: 20_000 });
  const load = { plan, recorded: {} };
  const known = await toldOf(load, await arrivalsOf(load, 900_000), () => 4);
  const told = createToldArrivals();
  for (const message of known) told.take(message);
  const schedule = { steps: plan.steps, arrivals: plan.arrivals, seed: plan.seed, startUs };
  expect(lostShare({ schedule, plan }, shares, told, 800_000)).toEqual({ windows: [], bins: [] });
});

it('says when the first of a bin was lost only where none of the bin was answered', () => {
  const plan = planFor(80, { steps: [constantStep(400, 40)], binUs: 20_000 });
  const told = createToldArrivals();
  told.take({ kind: 'bins', step: 0, binUs: 20_000, bins: [{ dueUs: 320_000, completed: 1, lost: 0, response: '5' }] });
  const schedule = { steps: plan.steps, arrivals: plan.arrivals, seed: plan.seed, startUs };
  const { bins } = lostShare({ schedule, plan }, shares, told, 1e6);
  expect(bins.flatMap((each) => each.bins)).toEqual([
    { dueUs: 300_000, completed: 0, lost: 4, untold: 4, response: '', firstLostUs: 303_750 },
    { dueUs: 320_000, completed: 0, lost: 3, untold: 3, response: '' },
  ]);
});

it('tells nothing of a load that never began', () => {
  const plan = planFor(80, { steps: [constantStep(40, 1500)], binUs: 20_000 });
  const schedule = { steps: plan.steps, arrivals: plan.arrivals, seed: 1, startUs: 9e6 };
  expect(lostShare({ schedule, plan }, shares, createToldArrivals(), 1e6)).toEqual({ windows: [], bins: [] });
});
