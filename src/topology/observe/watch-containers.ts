/** Follows containers that are only looked at: their lines, their ends, and where they are after they started again. */
import type { DockerEngine } from '../../host/docker-engine.ts';
import type { RunContext } from '../../model/contracts.ts';
import { messageOf } from '../../model/errors.ts';
import type { LogLine, TargetChange, TargetNews } from '../../model/topology.ts';
import { describeDeath, type FollowedLog, followLines, followLives } from '../docker/container-stream.ts';
import { containerTarget, inspectContainer, type ProjectContainer } from '../docker/containers.ts';
import type { LiveTarget } from './observed-target.ts';

/** A container and the target that it is in the run. */
export interface ObservedContainer {
  readonly container: ProjectContainer;
  readonly live: LiveTarget;
}

/** Where lines and changes go. */
export interface ObservedEvents {
  line(line: LogLine): void;
  change(change: TargetChange): void;
}

/** Follows them until `close`; `labels` are those that found them. Rejects when the engine does not answer. */
export async function watchObservedContainers(
  docker: DockerEngine,
  labels: readonly string[],
  observed: readonly ObservedContainer[],
  events: ObservedEvents,
  context: RunContext,
): Promise<{ close(): void }> {
  const logs = new Map<string, FollowedLog>();
  /** When each died last, by the engine's clock. */
  const endings = new Map<string, number>();
  let isClosed = false;
  const tell = (event: TargetNews['event'], target: string, message: string) => {
    if (!isClosed) events.change({ event, atUs: context.clock.nowUs(), target, message });
  };
  const followLog = async ({ id, hasTty }: ProjectContainer, target: string, sinceS: number) => {
    const onLine = (stream: LogLine['stream'], text: string) =>
      events.line({ atUs: context.clock.nowUs(), target, stream, text });
    logs.get(target)?.close();
    const tail = sinceS === 0 ? 0 : Number.MAX_SAFE_INTEGER;
    logs.set(target, await followLines(docker, id, { hasTty, tail, sinceS }, onLine));
  };
  const onStart = async (containerId: string) => {
    const container = await inspectContainer(docker, containerId);
    const own = observed.find(
      (one) => one.live.containerId === containerId || one.container.target === container.target,
    );
    if (!own) {
      tell('note', container.target, 'started, and is not looked at because it was not there at the beginning');
      return;
    }
    moveTo(own, container);
    tell('restart', own.live.id, `container ${containerId.slice(0, 12)} started`);
    // It says when it started only after its first lines.
    await followLog(container, own.live.id, endings.get(own.live.id) ?? container.endedS);
  };
  const closeLives = await followLives(docker, labels, ({ containerId, death }) => {
    const own = observed.find(({ live }) => live.containerId === containerId);
    if (!death) void onStart(containerId).catch((error: unknown) => context.log.warn(messageOf(error)));
    else if (own) {
      if (death.atS !== undefined) endings.set(own.live.id, death.atS);
      tell('exit', own.live.id, `container ${containerId.slice(0, 12)} ${describeDeath(death)}`);
    }
  });
  for (const { container, live } of observed) {
    await followLog(container, live.id, 0).catch((error: unknown) => {
      context.log.warn(`the lines of ${live.id} cannot be read: ${messageOf(error)}`);
    });
  }
  return {
    close: () => {
      isClosed = true;
      closeLives();
      for (const log of logs.values()) log.close();
    },
  };
}

/** A container that starts again may have another id, and its free ports of this machine are other ones. */
function moveTo({ container: first, live }: ObservedContainer, now: ProjectContainer): void {
  live.containerId = now.id;
  const swap = (url: string | undefined) => {
    if (url === undefined) return undefined;
    const at = first.containerPorts.find((port) => first.addressOf(port) === new URL(url).host);
    const address = at === undefined ? undefined : now.addressOf(at);
    return address === undefined ? url : url.replace(new URL(url).host, address);
  };
  live.ports = containerTarget(now, {}).ports;
  live.pprofUrl = swap(live.pprofUrl);
  live.metricsUrl = swap(live.metricsUrl);
}
