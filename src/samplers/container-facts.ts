/**
 * What the Docker engine tells of containers beside their statistics: their limits, also when they change, and that the kernel killed in
 * them.
 */
import type { ContainerEvent, DockerEngine } from '../host/docker-engine.ts';
import type { GroupLimits } from '../host/proc-fs.ts';
import type { SamplerContext } from '../model/contracts.ts';
import { messageOf } from '../model/errors.ts';

/** The limits of containers, as far as they are known. */
export interface ContainerFacts {
  /** Asks the engine where it is not known yet. */
  limitsOf(containerId: string): GroupLimits | undefined;
  /** How often it was seen to start: its counters are those of another life each time. */
  startsOf(containerId: string): number;
  close(): void;
}

const mib = 1024 ** 2;

/** Follows the containers of the run's targets; resolves at once, whether the engine answers or not. */
export function followFacts(docker: DockerEngine, source: string, context: SamplerContext): ContainerFacts {
  const limits = new Map<string, GroupLimits | undefined>();
  const starts = new Map<string, number>();
  const { clock, emit } = context;
  const closing = new AbortController();

  async function inspect(id: string): Promise<void> {
    limits.set(id, (await docker.inspect(id)).limits);
  }

  function onEvent({ action, containerId }: ContainerEvent): void {
    const target = context.targets.find((one) => one.containerId === containerId);
    if (closing.signal.aborted || !target?.containerId) return;
    if (action === 'start') starts.set(containerId, (starts.get(containerId) ?? 0) + 1);
    if (action === 'update') void inspect(target.containerId).catch(() => undefined);
    if (action !== 'oom') return;
    const limit = limits.get(target.containerId)?.memoryBytes;
    const message = `out of memory${limit === undefined ? '' : `: its limit is ${Math.round(limit / mib)} MiB`}`;
    emit({ kind: 'event', atUs: clock.nowUs(), target: target.id, event: 'oom', message });
  }

  async function follow(): Promise<void> {
    const events = await docker.events({ actions: ['oom', 'start', 'update'], signal: closing.signal });
    for await (const event of events) onEvent(event);
  }

  follow().catch((error: unknown) => {
    if (closing.signal.aborted) return;
    const message = `kills for want of memory are not seen: ${messageOf(error)}`;
    emit({ kind: 'gap', atUs: clock.nowUs(), target: 'all', source, message });
  });
  return {
    limitsOf(id) {
      if (!limits.has(id)) {
        limits.set(id, undefined);
        void inspect(id).catch(() => limits.delete(id));
      }
      return limits.get(id);
    },
    startsOf: (id) => starts.get(id) ?? 0,
    close() {
      closing.abort();
    },
  };
}
