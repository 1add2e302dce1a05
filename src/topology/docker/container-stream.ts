/** What containers print and when they die, followed through the engine's API. */
import type { DockerEngine, LogChoice } from '../../host/docker-engine.ts';

/** Ends the following of a stream. */
export type Close = () => void;

/** A log being followed; `ended` resolves after its last line. */
export interface FollowedLog {
  readonly ended: Promise<void>;
  readonly close: Close;
}

/** A container that ended or started. */
export interface ContainerLife {
  readonly containerId: string;
  readonly labels: Readonly<Record<string, string | undefined>>;
  /** How it ended; undefined when it started. */
  readonly death?: ContainerDeath | undefined;
}

/** The end of a container. */
export interface ContainerDeath {
  readonly containerId: string;
  readonly labels: Readonly<Record<string, string | undefined>>;
  readonly exitCode: number;
  readonly isOutOfMemory: boolean;
  /** By the engine's clock, seconds since 1970: after its last line, and before the first of its next life. */
  readonly atS?: number | undefined;
}

/** Follows the lines of a container; rejects when its log driver cannot be read. */
export async function followLines(
  docker: DockerEngine,
  containerId: string,
  choice: Omit<LogChoice, 'signal'>,
  onLine: (stream: 'stdout' | 'stderr', text: string) => void,
): Promise<FollowedLog> {
  const closing = new AbortController();
  const lines = await docker.logs(containerId, { ...choice, signal: closing.signal });
  const follow = async () => {
    for await (const { stream, text } of lines) onLine(stream, text);
  };
  return { ended: follow(), close: () => closing.abort() };
}

/** Follows ends and starts of containers that carry all these labels; resolves when the engine has begun to send. */
export async function followLives(
  docker: DockerEngine,
  labels: readonly string[],
  onLife: (life: ContainerLife) => void,
): Promise<Close> {
  const outOfMemory = new Set<string>();
  const closing = new AbortController();
  const events = await docker.events({ actions: ['die', 'oom', 'start'], labels, signal: closing.signal });
  const follow = async () => {
    for await (const { action, atS, containerId, attributes } of events) {
      if (action === 'oom') outOfMemory.add(containerId);
      else if (action === 'start') onLife({ containerId, labels: attributes });
      else {
        const exitCode = Number(attributes['exitCode'] ?? 0);
        const isOutOfMemory = outOfMemory.delete(containerId);
        const death = { containerId, labels: attributes, exitCode, isOutOfMemory, atS };
        onLife({ containerId, labels: attributes, death });
      }
    }
  };
  // The stream of an engine that stops ends, and that of a caller who closes it is aborted.
  follow().catch(() => undefined);
  return () => closing.abort();
}

/** What to say of a death: `exited with code 137 (killed: out of memory)`. */
export function describeDeath({ exitCode, isOutOfMemory }: Pick<ContainerDeath, 'exitCode' | 'isOutOfMemory'>): string {
  if (isOutOfMemory) return `exited with code ${exitCode} (killed: out of memory)`;
  // 128 + signal number, as shells and Docker report it.
  return exitCode > 128 && exitCode < 160
    ? `exited with code ${exitCode} (signal ${exitCode - 128})`
    : `exited with code ${exitCode}`;
}
