/** When a container counts as ready: its readiness endpoint, else its health check, else pprof, else its first published port. */
import type { DockerEngine } from '../../host/docker-engine.ts';
import { environmentError } from '../../model/errors.ts';
import { endpointUrl, type ServiceHints } from '../compose-file/service-labels.ts';
import type { LiveEvents } from '../liveness/live-events.ts';
import { askReadyPort, askReadyUrl, type ProbeAnswer, type ReadyCheck } from '../liveness/ready.ts';
import { describeDeath } from './container-stream.ts';
import type { ContainerWatch } from './container-watch.ts';
import { containerHealth, type ProjectContainer } from './containers.ts';

/** What to wait for at one container; environmentError when its readiness endpoint cannot be reached from this machine. */
export function containerReadyCheck(
  docker: DockerEngine,
  container: ProjectContainer,
  hints: ServiceHints,
  watch: ContainerWatch,
  events: LiveEvents,
): ReadyCheck {
  const { target, isRunning, exitCode } = container;
  return {
    target,
    ask: chooseProbe(docker, container, hints),
    stopped: isRunning ? watch.stopped(target) : describeStopped(target, exitCode, watch),
    lastLines: (count) => events.lastLines(target, count),
  };
}

async function describeStopped(target: string, exitCode: number, watch: ContainerWatch): Promise<string> {
  await watch.lastLines(target);
  return `${target} ${describeDeath({ exitCode, isOutOfMemory: false })}`;
}

type Ask = (signal: AbortSignal) => Promise<ProbeAnswer>;

function chooseProbe(docker: DockerEngine, container: ProjectContainer, hints: ServiceHints): Ask {
  const { id, target, health, addressOf, containerPorts } = container;
  if (hints.ready) {
    const url = endpointUrl(hints.ready, addressOf);
    if (!url) throw notPublished(target, hints.ready.port);
    return (signal) => askReadyUrl(url, signal);
  }
  if (health !== undefined) return () => askHealth(docker, id);
  const pprof = endpointUrl(hints.pprof, addressOf);
  if (pprof) return (signal) => askReadyUrl(`${pprof}/`, signal);
  const [port] = containerPorts;
  const address = port === undefined ? undefined : addressOf(port);
  return address ? (signal) => askReadyPort(address, signal) : async () => ({ isReady: true });
}

async function askHealth(docker: DockerEngine, id: string): Promise<ProbeAnswer> {
  const status = await containerHealth(docker, id);
  return status === 'healthy' ? { isReady: true } : { isReady: false, said: `its health check says ${status}` };
}

function notPublished(target: string, port: number): Error {
  return environmentError(
    'not-published',
    `port ${port} of ${target} is not published on a loopback address of this machine`,
    `publish it (example: ports: ["127.0.0.1::${port}"])`,
  );
}
