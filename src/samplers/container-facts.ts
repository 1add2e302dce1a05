/** What the Docker engine tells of containers beside their statistics: their limits, also when they change, and that the kernel killed in them. */
import type Docker from 'dockerode';
import { splitLines } from '../host/lines.ts';
import type { GroupLimits } from '../host/proc-fs.ts';
import type { SamplerContext } from '../model/contracts.ts';
import { messageOf } from '../model/errors.ts';

/** The limits of containers, as far as they are known. */
export interface ContainerFacts {
  /** Asks the engine where it is not known yet. */
  limitsOf(containerId: string): GroupLimits | undefined;
  close(): void;
}

const mib = 1024 ** 2;

/** Follows the containers of the run's targets; resolves at once, whether the engine answers or not. */
export function followFacts(docker: Docker, source: string, context: SamplerContext): ContainerFacts {
  const limits = new Map<string, GroupLimits | undefined>();
  const { clock, emit } = context;
  const closing = new AbortController();

  async function inspect(id: string): Promise<void> {
    const { HostConfig } = await docker.getContainer(id).inspect();
    limits.set(id, limitsIn(HostConfig));
  }

  function onEvent(text: string): void {
    if (closing.signal.aborted || text.trim() === '') return;
    const { Action, Actor } = JSON.parse(text) as { Action?: string; Actor?: { ID?: string } };
    const target = context.targets.find(({ containerId }) => containerId === Actor?.ID);
    if (!target?.containerId) return;
    if (Action === 'update') void inspect(target.containerId).catch(() => undefined);
    if (Action !== 'oom') return;
    const limit = limits.get(target.containerId)?.memoryBytes;
    const message = `out of memory${limit === undefined ? '' : `: its limit is ${Math.round(limit / mib)} MiB`}`;
    emit({ kind: 'event', atUs: clock.nowUs(), target: target.id, event: 'oom', message });
  }

  async function follow(): Promise<void> {
    const filters = JSON.stringify({ type: ['container'], event: ['oom', 'update'] });
    const lines = splitLines(onEvent);
    // The client takes a signal; its types do not know that.
    const options: { filters: string } & { abortSignal: AbortSignal } = { filters, abortSignal: closing.signal };
    for await (const chunk of await docker.getEvents(options)) lines.write(Buffer.from(chunk));
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
    close() {
      closing.abort();
    },
  };
}

/** Zero is no limit (Engine API, HostConfig); `cpus` of a compose file is NanoCpus, the older form is quota and period. */
export function limitsIn({
  NanoCpus = 0,
  CpuQuota = 0,
  CpuPeriod = 0,
  Memory = 0,
}: Pick<Docker.HostConfig, 'NanoCpus' | 'CpuQuota' | 'CpuPeriod' | 'Memory'>): GroupLimits {
  const cpus = NanoCpus > 0 ? NanoCpus / 1e9 : CpuQuota / (CpuPeriod || 100_000);
  return { cpus: cpus > 0 ? cpus : undefined, memoryBytes: Memory > 0 ? Memory : undefined };
}
