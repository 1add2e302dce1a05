/** When a replica counts as ready: for load, and for the services that wait for it. */
import { endpointUrl } from '../compose-file/service-labels.ts';
import type { LiveEvents } from '../liveness/live-events.ts';
import { askReadyPort, askReadyUrl, type ProbeAnswer, type ReadyCheck } from '../liveness/ready.ts';
import type { ProcessPlan } from './plan.ts';
import type { PlacedReplica } from './replicas.ts';
import type { ServiceProcess } from './service-process.ts';

/** Ready for load: the service's own readiness endpoint, else pprof, else its first open port, else that it runs. */
export function readyCheck(one: ServiceProcess, { hints }: Pick<ProcessPlan, 'hints'>, events: LiveEvents): ReadyCheck {
  const { ready, pprof } = hints.get(one.plan.service) ?? {};
  const url = ready ? endpointUrl(ready, addressOf(one.plan)) : undefined;
  const index = endpointUrl(pprof, addressOf(one.plan));
  const asked = url ?? (index && `${index}/`);
  return asked ? check(one, events, (signal) => askReadyUrl(asked, signal)) : openPortCheck(one, events);
}

/**
 * Good enough for services that wait for this one to be healthy: its first port is open. A readiness endpoint may itself wait for the
 * very services that wait for this one.
 */
export function openPortCheck(one: ServiceProcess, events: LiveEvents): ReadyCheck {
  const [port] = one.plan.ports;
  if (port === undefined) return check(one, events, async () => ({ isReady: true }));
  return check(one, events, (signal) => askReadyPort(`${one.plan.address}:${port}`, signal));
}

/** `127.0.x.y:port` of a container port of the replica. */
export function addressOf({ address }: Pick<PlacedReplica, 'address'>): (port: number) => string {
  return (port) => `${address}:${port}`;
}

function check(
  one: ServiceProcess,
  events: LiveEvents,
  ask: (signal: AbortSignal) => Promise<ProbeAnswer>,
): ReadyCheck {
  const { id } = one.plan;
  return { target: id, ask, stopped: one.stopped, lastLines: (count) => events.lastLines(id, count) };
}
