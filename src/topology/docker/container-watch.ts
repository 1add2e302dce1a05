/** Follows the containers of one project while a run lives: their lines, and those that die although nobody asked. */
import type { DockerEngine } from '../../host/docker-engine.ts';
import type { RunContext } from '../../model/contracts.ts';
import { messageOf } from '../../model/errors.ts';
import type { LiveEvents } from '../liveness/live-events.ts';
import { type ContainerDeath, describeDeath, type FollowedLog, followLines, followLives } from './container-stream.ts';
import { inspectContainer, type ProjectContainer, projectFilter, targetIdOf } from './containers.ts';

/** Containers being followed. */
export interface ContainerWatch {
  /** Begins to follow the lines of a container that is not followed yet, after its last `oldLines`, or after all of them. */
  addLog(container: ProjectContainer, oldLines?: number): Promise<void>;
  /** Resolves when the last lines of a target that stopped have arrived, or will not; never rejects. */
  lastLines(target: string): Promise<void>;
  /** Resolves with what happened when the target dies; never rejects. */
  stopped(target: string): Promise<string>;
  /** The next death of this container is asked for. */
  expectDeath(containerId: string): void;
  /** It will be started again on purpose: how it ended before is forgotten. */
  expectStart(target: string): void;
  /** From now on deaths are asked for. */
  expectDeaths(): void;
  close(): void;
}

/** How long the last lines of a dead container may take to arrive. */
const lastLinesMs = 500;

/** What is no news, and whether the containers are still to be made. */
export interface WatchChoices {
  /** Services that run to their end. */
  readonly ignored: ReadonlySet<string>;
  /** Follows the lines of every container when it starts, so that what it prints is stamped when it prints it. */
  readonly followsStarts: boolean;
  /** Told of each container that died unasked, and of each that started. */
  onDeath?(target: string): void;
  onStart?(container: ProjectContainer, hadDied: boolean): void;
}

/** Follows deaths from now on; those of `ignored` services and those that were expected are no news. */
export async function watchContainers(
  docker: DockerEngine,
  project: string,
  { ignored, followsStarts, ...tell }: WatchChoices,
  events: LiveEvents,
  context: RunContext,
): Promise<ContainerWatch> {
  const logs = new Map<string, Promise<FollowedLog | undefined>>();
  const deaths = new Map<string, string>();
  const waiting = new Map<string, (message: string) => void>();
  /** Deaths whose last lines are still awaited. */
  const dying = new Map<string, Promise<void>>();
  /** When each died last, by the engine's clock. */
  const endings = new Map<string, number>();
  const expected = new Set<string>();
  let isExpected = false;
  const lastLines = async (target: string) => {
    const ended = Promise.resolve(logs.get(target)).then((log) => log?.ended);
    await Promise.race([ended, context.clock.sleep(lastLinesMs)]);
  };
  const onDeath = (death: ContainerDeath) => {
    const target = targetIdOf(death.labels);
    if (target && death.atS !== undefined) endings.set(target, death.atS);
    const isNews = !isExpected && !expected.has(death.containerId);
    if (!target || !isNews || ignored.has(target.replace(/-\d+$/, ''))) return;
    dying.set(target, tellDeath(target, `${target} ${describeDeath(death)}`));
  };
  const tellDeath = async (target: string, message: string) => {
    const atUs = context.clock.nowUs();
    deaths.set(target, message);
    tell.onDeath?.(target);
    await lastLines(target);
    waiting.get(target)?.(message);
    if (!isExpected) events.exit({ atUs, target, message });
  };
  const follow = async ({ id, target, hasTty }: ProjectContainer, oldLines?: number, sinceS?: number) => {
    const onLine = (stream: 'stdout' | 'stderr', text: string) => {
      events.line({ atUs: context.clock.nowUs(), target, stream, text });
    };
    try {
      return await followLines(docker, id, { hasTty, tail: oldLines, sinceS }, onLine);
    } catch (error) {
      context.log.warn(`the lines of ${target} cannot be read: ${messageOf(error)}`);
      return undefined;
    }
  };
  const onStart = async (containerId: string) => {
    const atUs = context.clock.nowUs();
    const container = await inspectContainer(docker, containerId);
    if (ignored.has(container.service) || isExpected) return;
    const { target, endedS } = container;
    await dying.get(target);
    const hadDied = deaths.delete(target);
    tell.onStart?.(container, hadDied);
    if (hadDied) {
      const message = `container ${containerId.slice(0, 12)} started again`;
      events.change({ event: 'restart', atUs, target, message });
    }
    // The lines of the life before have been given out. An engine says when a container started only after the first lines of it.
    const sinceS = logs.has(target) ? (endings.get(target) ?? endedS) : undefined;
    logs.set(target, follow(container, undefined, sinceS));
  };
  const closeLives = await followLives(docker, [projectFilter(project)], ({ containerId, death }) => {
    if (death) onDeath(death);
    else {
      expected.delete(containerId);
      // One that is gone again was removed by us.
      if (followsStarts) void onStart(containerId).catch(() => undefined);
    }
  });
  const addLog = async (container: ProjectContainer, oldLines?: number) => {
    const following = logs.get(container.target) ?? follow(container, oldLines);
    logs.set(container.target, following);
    await following;
  };
  return {
    addLog,
    lastLines,
    stopped: async (target) => {
      const message = deaths.get(target) ?? (await new Promise<string>((resolve) => waiting.set(target, resolve)));
      // It may have died before its log was followed.
      await lastLines(target);
      return message;
    },
    expectDeath: (containerId) => {
      expected.add(containerId);
    },
    expectStart: (target) => {
      deaths.delete(target);
    },
    expectDeaths: () => {
      isExpected = true;
    },
    close: () => {
      closeLives();
      for (const log of logs.values()) void log.then((followed) => followed?.close());
    },
  };
}
