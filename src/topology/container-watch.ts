/** Follows the containers of one project while a run lives: their lines, and those that die although nobody asked. */
import type Docker from 'dockerode';
import type { RunContext } from '../model/contracts.ts';
import { messageOf } from '../model/errors.ts';
import { type ContainerDeath, describeDeath, type FollowedLog, followDeaths, followLines } from './container-stream.ts';
import { type ProjectContainer, projectFilter, targetIdOf } from './containers.ts';
import type { LiveEvents } from './live-events.ts';

/** Containers being followed. */
export interface ContainerWatch {
  /** Begins to follow the lines of a container, after its last `oldLines`. */
  addLog(container: ProjectContainer, oldLines: number): Promise<void>;
  /** Resolves when the last lines of a target that stopped have arrived, or will not; never rejects. */
  lastLines(target: string): Promise<void>;
  /** Resolves with what happened when the target dies; never rejects. */
  stopped(target: string): Promise<string>;
  /** From now on deaths are asked for. */
  expectDeaths(): void;
  close(): void;
}

/** How long the last lines of a dead container may take to arrive. */
const lastLinesMs = 500;

/** Follows deaths from now on; those of `ignored` services (that run to their end) and those after `expectDeaths` are no news. */
export async function watchContainers(
  docker: Docker,
  project: string,
  ignored: ReadonlySet<string>,
  events: LiveEvents,
  context: RunContext,
): Promise<ContainerWatch> {
  const logs = new Map<string, FollowedLog>();
  const deaths = new Map<string, string>();
  const waiting = new Map<string, (message: string) => void>();
  let isExpected = false;
  const lastLines = async (target: string) => {
    await Promise.race([logs.get(target)?.ended, context.clock.sleep(lastLinesMs)]);
  };
  const onDeath = async (death: ContainerDeath) => {
    const target = targetIdOf(death.labels);
    const atUs = context.clock.nowUs();
    if (!target || isExpected || ignored.has(target.replace(/-\d+$/, ''))) return;
    const message = `${target} ${describeDeath(death)}`;
    await lastLines(target);
    deaths.set(target, message);
    waiting.get(target)?.(message);
    if (!isExpected) events.exit({ atUs, target, message });
  };
  const closeDeaths = await followDeaths(docker, projectFilter(project), (death) => void onDeath(death));
  const addLog = async ({ id, target, hasTty }: ProjectContainer, oldLines: number) => {
    const onLine = (stream: 'stdout' | 'stderr', text: string) => {
      events.line({ atUs: context.clock.nowUs(), target, stream, text });
    };
    try {
      logs.set(target, await followLines(docker.getContainer(id), hasTty, oldLines, onLine));
    } catch (error) {
      context.log.warn(`the lines of ${target} cannot be read: ${messageOf(error)}`);
    }
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
    expectDeaths: () => {
      isExpected = true;
    },
    close: () => {
      closeDeaths();
      for (const log of logs.values()) log.close();
    },
  };
}
