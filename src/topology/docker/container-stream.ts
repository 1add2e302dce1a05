/** What containers print and when they die, followed through the engine's API. */
import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { createDemultiplexer } from '../../host/demux.ts';
import { splitLines } from '../../host/lines.ts';

/** The client types its streams too narrowly; they are answers of Node's HTTP client. */
type EngineStream = Readable;

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
}

/** Follows the lines of a container; `tail` old lines come first (all when undefined), of those since `sinceS` (seconds since 1970) if it is given. Rejects when its log driver cannot be read. */
export async function followLines(
  container: Docker.Container,
  hasTty: boolean,
  tail: number | undefined,
  onLine: (stream: 'stdout' | 'stderr', text: string) => void,
  sinceS = 0,
): Promise<FollowedLog> {
  const options = {
    follow: true as const,
    stdout: true,
    stderr: true,
    since: sinceS,
    ...(tail === undefined ? {} : { tail }),
  };
  const stream = (await container.logs(options)) as EngineStream;
  const lines = {
    stdout: splitLines((text) => onLine('stdout', text)),
    stderr: splitLines((text) => onLine('stderr', text)),
  };
  // With a terminal the engine sends plain bytes; without, frames that name the stream.
  const demultiplex = createDemultiplexer((name, data) => lines[name].write(data));
  stream.on('data', hasTty ? lines.stdout.write : demultiplex);
  stream.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => {
    stream.once('close', () => {
      lines.stdout.end();
      lines.stderr.end();
      resolve();
    });
  });
  return { ended, close: () => stream.destroy() };
}

/** Follows ends and starts of containers that carry all these labels; resolves when the engine has begun to send. */
export async function followLives(
  docker: Docker,
  labels: readonly string[],
  onLife: (life: ContainerLife) => void,
): Promise<Close> {
  const outOfMemory = new Set<string>();
  const filters = JSON.stringify({ type: ['container'], event: ['die', 'oom', 'start'], label: labels });
  const stream = (await docker.getEvents({ filters })) as EngineStream;
  const lines = splitLines((text) => {
    const event = readEvent(text);
    if (!event) return;
    const { action, id: containerId, labels: own } = event;
    if (action === 'oom') outOfMemory.add(containerId);
    else if (action === 'start') onLife({ containerId, labels: own });
    else {
      const exitCode = Number(own['exitCode'] ?? 0);
      const death = { containerId, labels: own, exitCode, isOutOfMemory: outOfMemory.delete(containerId) };
      onLife({ containerId, labels: own, death });
    }
  });
  stream.on('data', lines.write).on('error', () => undefined);
  return () => stream.destroy();
}

/** What to say of a death: `exited with code 137 (killed: out of memory)`. */
export function describeDeath({ exitCode, isOutOfMemory }: Pick<ContainerDeath, 'exitCode' | 'isOutOfMemory'>): string {
  if (isOutOfMemory) return `exited with code ${exitCode} (killed: out of memory)`;
  // 128 + signal number, as shells and Docker report it.
  return exitCode > 128 && exitCode < 160
    ? `exited with code ${exitCode} (signal ${exitCode - 128})`
    : `exited with code ${exitCode}`;
}

interface EngineEvent {
  readonly action: string;
  readonly id: string;
  readonly labels: Readonly<Record<string, string | undefined>>;
}

function readEvent(text: string): EngineEvent | undefined {
  if (text.trim() === '') return undefined;
  const { Action, Actor } = JSON.parse(text) as {
    Action: string;
    Actor?: { ID?: string; Attributes?: Record<string, string> };
  };
  return { action: Action, id: Actor?.ID ?? '', labels: Actor?.Attributes ?? {} };
}
