/** A course with load: the topology idles, the generator gets ready, and everything planned is sent. */
import { wholeSecondAfter } from '../host/clock.ts';
import type { LoadEngine } from '../model/contracts.ts';
import { incompleteError } from '../model/errors.ts';
import type { Clock } from '../model/host.ts';
import type { LoadMessage, LoadPlan } from '../model/load.ts';
import type { LoadStep, PlannedStep, Scenario } from '../model/scenario.ts';
import type { RunningTopology } from '../model/topology.ts';
import type { Course, CourseContext } from './course.ts';
import { resolveHost, resolveLoadAddress } from './load-address.ts';
import { createLoadSender, type LoadScript } from './load-script.ts';

/** What is sent, to where and by what. */
export interface SentLoad {
  readonly scenario: Pick<Scenario, 'load' | 'target' | 'seed'>;
  readonly engine: LoadEngine;
  /** What is sent instead of the scenario's steps. */
  readonly script?: LoadScript | undefined;
}

/** Starts at a whole second, once the topology has idled; rejects when the topology does not offer the load's target. */
export async function createLoadCourse(
  { scenario: { load, target, seed }, engine, script }: SentLoad,
  topology: RunningTopology,
  clock: Clock,
): Promise<Course> {
  const startUs = wholeSecondAfter(clock.nowUs() + (load.idleMs + engine.leadMs) * 1000);
  const address = resolveLoadAddress(target, topology);
  const { addresses, message } =
    address.socket === undefined ? await resolveHost(address.host, address.port, engine.pacing === 'open') : {};
  const plan: LoadPlan = { ...address, addresses, ...load, seed, originHrUs: clock.originHrUs, startUs };
  const listeners = new Set<(message: LoadMessage) => void>();
  return {
    startUs,
    steps: plannedSteps(load.steps, startUs),
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
    run: async (context) => {
      if (message !== undefined) tellAddresses(message, context);
      context.phase('idle baseline');
      await clock.sleep(Math.max(0, (startUs - clock.nowUs()) / 1000 - engine.leadMs), context.signal);
      context.phase('generator gets ready');
      tellWorkers(engine.workersOf?.(plan) ?? 1, context);
      const sender = createLoadSender(engine, plan, context, (told) => {
        context.emit(told);
        for (const listener of listeners) listener(told);
      });
      await (script ?? ((send) => send(load.steps)))(sender.send).finally(sender.finish);
    },
  };
}

/** When each step is to run; a closed loop shifts them by what its last answers take. */
function plannedSteps(steps: readonly LoadStep[], startUs: number): PlannedStep[] {
  let endUs = startUs;
  return steps.map(({ name, measure, durationMs }) => {
    const from = endUs;
    endUs += durationMs * 1000;
    return { name, measure, startUs: from, endUs };
  });
}

function tellAddresses(message: string, { clock, log, emit }: CourseContext): void {
  log.info(message);
  emit({ kind: 'event', atUs: clock.nowUs(), event: 'target', message });
}

function tellWorkers(workers: number, { clock, emit }: CourseContext): void {
  if (workers < 2) return;
  emit({ kind: 'event', atUs: clock.nowUs(), event: 'workers', message: `${workers} workers share the load out` });
}
