/** The faults of a session: over its topology, its conditions and what its load tells. */
import type { RunContext } from '../model/contracts.ts';
import { environmentError } from '../model/errors.ts';
import { untilRecovered } from '../model/fault.ts';
import type { FaultMoment } from '../model/sample.ts';
import type { FaultTools } from '../model/topology.ts';
import type { Course } from './course.ts';
import { driveFaults, type FaultDriver, type FaultParts } from './fault-driver.ts';
import { type RecoveryJudge, whenRecovered } from './recovery-judge.ts';
import type { Standing } from './standing.ts';

/** What is done when, and where it is told. */
interface Driven {
  readonly plan: Pick<FaultParts, 'faults' | 'seed'> & { readonly recovery?: RecoveryJudge | undefined };
  readonly course: Course;
  readonly outlet: { emit(moment: FaultMoment): void };
  readonly context: RunContext;
  /** How long after the clock of the topology that of the run began. */
  readonly shiftUs: number;
}

/** Waits for each fault from now on. */
export function startFaults(driven: Driven, { topology, watch }: Standing): FaultDriver {
  const { plan, course, outlet, context, shiftUs } = driven;
  const { engine, targets } = topology;
  const inject: FaultTools['inject'] = async () => {
    throw environmentError('fault-failed', `engine: ${engine} can do nothing to what it runs`);
  };
  const parts: FaultParts = {
    ...plan,
    targets,
    tools: topology.faults ?? { inject },
    whoHas: async (role, signal) => {
      if (watch) return await watch.whoHas(role, signal);
      throw environmentError('fault-failed', `nobody looks at who is ${role}`);
    },
    hasCome: async (until, { name, askedUs }, signal) => {
      if (watch && until !== untilRecovered) await watch.hasCome(until, askedUs + shiftUs, signal);
      else await whenRecovered(plan.recovery, course.onLoad, name, signal);
    },
  };
  course.onLoad?.((message) => plan.recovery?.take(message));
  const emit = (moment: FaultMoment) => {
    outlet.emit(moment);
    plan.recovery?.take(moment);
    if (moment.moment === 'begin' || moment.moment === 'end') watch?.countFrom(moment.askedUs + shiftUs);
  };
  return driveFaults(parts, firstBegin(course), { ...context, emit });
}

/** When the first step really begins, which is known some milliseconds later. */
function firstBegin({ onLoad, startUs }: Course): Promise<number> {
  if (!onLoad) return Promise.resolve(startUs);
  return new Promise((resolve) => {
    const forget = onLoad((message) => {
      if (message.kind !== 'step') return;
      forget();
      resolve(message.startUs);
    });
  });
}
