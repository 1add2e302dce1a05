/** A replica over all the processes that it is in one run, of which one runs at a time: started, stopped, killed, and started again. */
import type { RunContext } from '../../model/contracts.ts';
import type { Target } from '../../model/topology.ts';
import { targetAddresses } from '../compose-file/service-labels.ts';
import type { LiveEvents } from '../liveness/live-events.ts';
import type { ProcessPlan } from './plan.ts';
import { addressOf } from './readiness.ts';
import { advertised } from './replicas.ts';
import { type ReplicaPlan, type ServiceProcess, startReplica } from './service-process.ts';

/** A place for a process, at an address that stays its own. */
export interface Replica {
  readonly plan: ReplicaPlan;
  /** Kept up to date; away until it is said to be there. */
  readonly target: Target;
  /** Its process, while one runs. */
  running(): ServiceProcess | undefined;
  /** Starts it, away until it is ready. */
  start(): Promise<ServiceProcess>;
  isAway(away: boolean): void;
  /** Ends what runs, and lets nothing be started any more; may be called twice. */
  end(): Promise<void>;
}

type LiveTarget = { -readonly [Key in keyof Target]: Target[Key] };

/** One that does not run yet; `onStart` is done to each of its processes before anything else. */
export function createReplica(
  plan: ReplicaPlan,
  { hints }: Pick<ProcessPlan, 'hints'>,
  events: LiveEvents,
  context: RunContext,
  onStart: (process: ServiceProcess) => Promise<void>,
): Replica {
  const own = hints.get(plan.service) ?? {};
  const addresses = {
    ...targetAddresses(own, plan.compose.containerPorts, addressOf(plan)),
    // Load passes what stands before it; what looks at the process goes straight to it, and sees it in spite of a fault.
    ports: targetAddresses(own, plan.compose.containerPorts, addressOf({ address: advertised(plan) })).ports,
  };
  const target: LiveTarget = { id: plan.id, service: plan.service, ...addresses, isAway: true };
  let running: ServiceProcess | undefined;
  let starting: Promise<ServiceProcess> | undefined;
  let hasEnded = false;

  const onEnd = (one: ServiceProcess) => {
    if (running !== one) return;
    running = undefined;
    target.isAway = true;
  };
  return {
    plan,
    target,
    running: () => running,
    async start() {
      if (hasEnded) throw new Error(`${plan.id} is not started any more: the run is over`);
      starting = startReplica(plan, events, context);
      const one = await starting;
      await onStart(one).catch(async (error: unknown) => {
        await one.kill();
        throw error;
      });
      running = one;
      target.pid = one.pid;
      void one.stopped.then(() => onEnd(one));
      return one;
    },
    isAway: (away) => {
      target.isAway = away;
    },
    async end() {
      hasEnded = true;
      const one = await starting?.catch(() => undefined);
      await one?.stop();
    },
  };
}
