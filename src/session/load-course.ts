/** A course with load: the topology idles, the generator gets ready, and everything planned is sent. */
import { isAddress, type Lookup, systemLookup } from '../host/addresses.ts';
import { wholeSecondAfter } from '../host/clock.ts';
import { isLoopback } from '../host/loopback.ts';
import type { LoadEngine } from '../model/contracts.ts';
import { incompleteError } from '../model/errors.ts';
import type { Clock } from '../model/host.ts';
import type { DialAddress, LoadMessage, LoadPlan, StepStretch } from '../model/load.ts';
import type { RuleEnd } from '../model/raw-run.ts';
import type { AllowedHost, LoadStep, LoadTarget, PlannedStep, Scenario } from '../model/scenario.ts';
import type { SentTo } from '../model/sent-to.ts';
import type { RunningTopology } from '../model/topology.ts';
import type { Course, CourseContext } from './course.ts';
import {
  allowedAddresses,
  dialsAllowed,
  replicaAddresses,
  resolveLoadAddress,
  sentToOf,
  spreadMessage,
  takingAddresses,
} from './load-address.ts';
import { createLoadSender, type LoadScript } from './load-script.ts';
import { type Followed, followName, followTarget, type KnownName } from './moving-target.ts';

/** What is sent, to where and by what. */
export interface SentLoad {
  readonly scenario: Pick<Scenario, 'load' | 'target' | 'seed' | 'faults'>;
  readonly engine: LoadEngine;
  /** What is sent instead of the scenario's steps. */
  readonly script?: LoadScript | undefined;
  /** Is told all that becomes known of the load, and says when a rule ends it; it goes to its end without this. */
  readonly endsBy?: ((message: LoadMessage) => RuleEnd | undefined) | undefined;
  /** How names are looked up; as the system does without it. */
  readonly lookup?: Lookup | undefined;
  /** Where each exchange is told by itself, of a load of such steps; nowhere without this. */
  readonly exchangesIn?: ((steps: readonly PlannedStep[]) => readonly StepStretch[]) | undefined;
}

/** Moments at which users begin and cease to see a fault are known as finely as this. */
const binUs = 20_000;

/** Starts at a whole second, once the topology has idled; rejects when the topology does not offer the load's target. */
export async function createLoadCourse(
  {
    scenario: { load, target, seed, faults = [] },
    engine,
    script,
    endsBy,
    lookup = systemLookup,
    exchangesIn,
  }: SentLoad,
  topology: RunningTopology,
  clock: Clock,
): Promise<Course> {
  const address = resolveLoadAddress(target, topology);
  const { message, sentTo, all, ...dialled } = await dialledOf(target, topology, engine, lookup);
  const startUs = wholeSecondAfter(clock.nowUs() + (load.idleMs + engine.leadMs) * 1000);
  const fine = faults.length > 0 ? { binUs } : {};
  const steps = script ? [] : plannedSteps(load.steps, startUs);
  const told = exchangesIn?.(steps) ?? [];
  const single = told.length > 0 ? { exchangesIn: told } : {};
  const { originHrUs } = clock;
  const plan: LoadPlan = { ...address, ...dialled, ...load, seed, originHrUs, startUs, ...fine, ...single };
  const listeners = new Set<(message: LoadMessage) => void>();
  const ending = new AbortController();
  let ended: RuleEnd | undefined;
  return {
    startUs,
    sentTo,
    steps,
    lastPhase: 'teardown',
    onLoad: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    watched: (give) => give,
    failureOf: ({ target: id, message: how }) => {
      const hint = `The last lines of ${id} are in the run directory, logs/${id}.log.`;
      return incompleteError('target-died', `${id} stopped while load was running: ${how}`, hint);
    },
    endedBy: () => ended,
    run: async (context) => {
      if (message !== undefined) tellAddresses(message, context);
      context.phase('idle baseline');
      await clock.sleep(Math.max(0, (startUs - clock.nowUs()) / 1000 - engine.leadMs), context.signal);
      context.phase('generator gets ready');
      tellWorkers(engine.workersOf?.(plan) ?? 1, context);
      const name = { host: address.host, port: address.port, all, allowed: dialled.allowed ?? [] };
      const followed = follow(target, name, { topology, lookup, context });
      const take = (told: LoadMessage) => {
        context.emit(told);
        for (const listener of listeners) listener(told);
        if (ended) return;
        ended = endsBy?.(told);
        if (!ended) return;
        context.emit({ kind: 'event', atUs: clock.nowUs(), event: 'ended-early', message: endMessage(ended) });
        ending.abort();
      };
      const sender = createLoadSender(
        engine,
        plan,
        { ...context, ending: ending.signal, onMoved: followed.onMoved, onGenerator: context.emit },
        take,
      );
      await (script ?? ((send) => send(load.steps)))(sender.send).finally(() => {
        followed.stop();
        sender.finish();
      });
    },
  };
}

interface Dialled extends Pick<LoadPlan, 'addresses' | 'spread' | 'allowed'> {
  readonly sentTo: SentTo;
  /** Everything that its host stands for, whether it takes connections or not. */
  readonly all: readonly string[];
  readonly message?: string | undefined;
}

/** What connections are opened to at first: all replicas where the load is spread, else what the host of the one address stands for. */
async function dialledOf(
  target: LoadTarget,
  topology: RunningTopology,
  { pacing }: LoadEngine,
  lookup: Lookup,
): Promise<Dialled> {
  const isSpread = 'service' in target && target.spread === true;
  const own = isSpread ? replicaAddresses(target, topology) : [];
  const { host, port, socket } = resolveLoadAddress(target, topology);
  if (socket !== undefined) return { all: [], sentTo: sentToOf(target, { host, port }, []) };
  // Ports of the topology are free, wherever they are.
  const allow = 'service' in target ? [{ host: '*' }] : (target.allow ?? []);
  const dialled = own.length > 0 ? own : [{ host, port }];
  const found = await Promise.all(dialled.map((place) => resolved(place, allow, pacing === 'open', lookup)));
  const addresses = found.flatMap((each) => each.addresses);
  const places = found.flatMap((each) => each.all);
  const all = places.map((each) => each.host);
  const allowed = dialsAllowed(all, allow);
  const same = { addresses, all, allowed, sentTo: sentToOf(target, { host, port }, places) };
  if (!isSpread) return { ...same, message: found[0]?.message };
  return { ...same, spread: true, message: spreadMessage({ target, addresses }) };
}

async function resolved({ host, port }: DialAddress, allow: readonly AllowedHost[], isSpread: boolean, lookup: Lookup) {
  const all = await allowedAddresses(host, allow, lookup);
  const { addresses, message } = await takingAddresses(host, all, port, isSpread);
  const placed = (each: readonly string[]): DialAddress[] => each.map((address) => ({ host: address, port }));
  return { all: placed(all), addresses: placed(addresses), message };
}

function endMessage({ rule, brokenIn, observed }: RuleEnd): string {
  return `the load ends early: ${rule} is broken${brokenIn === undefined ? '' : ` in step ${brokenIn}`} (${observed})`;
}

/** Follows what the load goes to: a name that may come to stand for something else, or replicas. */
function follow(
  target: LoadTarget,
  name: KnownName,
  { topology, lookup, context }: { topology: RunningTopology; lookup: Lookup; context: CourseContext },
): Followed {
  if ('url' in target && !isAddress(name.host) && !isLoopback(name.host)) {
    return followName(name, lookup, {
      moved: (text) => emitAddresses(text, context),
      refused: (text) => tellRefused(text, context),
    });
  }
  return followTarget(
    () => replicaAddresses(target, topology),
    (addresses) => emitAddresses(spreadMessage({ target, addresses }), context),
  );
}

/** When each step is to run, which may be later: a closed loop shifts them by what its last answers take. */
function plannedSteps(steps: readonly LoadStep[], startUs: number): PlannedStep[] {
  let endUs = startUs;
  return steps.map(({ name, measure, durationMs }) => {
    const from = endUs;
    endUs += durationMs * 1000;
    return { name, measure, startUs: from, endUs };
  });
}

function tellAddresses(message: string, context: CourseContext): void {
  context.log.info(message);
  emitAddresses(message, context);
}

function emitAddresses(message: string, { clock, emit }: CourseContext): void {
  emit({ kind: 'event', atUs: clock.nowUs(), event: 'target', message });
}

function tellRefused(message: string, { clock, emit, log }: CourseContext): void {
  log.warn(message);
  emit({ kind: 'event', atUs: clock.nowUs(), event: 'address-refused', message });
}

function tellWorkers(workers: number, { clock, emit }: CourseContext): void {
  if (workers < 2) return;
  emit({ kind: 'event', atUs: clock.nowUs(), event: 'workers', message: `${workers} workers share the load out` });
}
