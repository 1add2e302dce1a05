/** Targets that a scenario names by their addresses: checked, followed, and watched by pid; nothing is started or stopped. */

import { urlMistake, withoutCredentials } from '../../host/loopback-url.ts';
import { isOwnerAlive, ownerMark } from '../../host/owner.ts';
import { pageUnder } from '../../host/page-url.ts';
import { type FollowedFile, followFile } from '../../host/tail-file.ts';
import type { RunContext } from '../../model/contracts.ts';
import { environmentError, messageOf, usageError } from '../../model/errors.ts';
import type { ExternalTarget } from '../../model/scenario.ts';
import type { Target } from '../../model/topology.ts';
import type { LiveEvents } from '../liveness/live-events.ts';
import { askReadyUrl, type ReadyCheck } from '../liveness/ready.ts';

/** A named target and what to wait for. */
export interface AttachedTarget {
  readonly target: Target;
  readonly ready: ReadyCheck;
  detach(): Promise<void>;
}

const pidPollMs = 250;

/** Rejects addresses that are not on this machine and names that clash; usageError with all of them. */
export function checkExternalTargets(targets: readonly ExternalTarget[]): void {
  const mistakes: string[] = [];
  const seen = new Set<string>();
  for (const [index, target] of targets.entries()) {
    const where = `topology.targets[${index}]`;
    const id = targetIdentity(target.name).id;
    if (seen.has(id)) mistakes.push(`${where}.name "${target.name}" is already taken`);
    seen.add(id);
    for (const key of ['pprof', 'metrics'] as const) {
      const url = target[key];
      const mistake = url === undefined ? undefined : urlMistake(url, 'observed');
      if (url !== undefined && mistake !== undefined) {
        const got = withoutCredentials(url);
        mistakes.push(`${where}.${key} ${mistake}, got "${got}" (example: http://127.0.0.1:6060/debug/pprof)`);
      }
    }
  }
  if (mistakes.length > 0) throw usageError('external-target', mistakes.join('\n'));
}

/** Attaches to one target; environmentError when its log cannot be read or its process is not there. */
export async function attachTarget(
  target: ExternalTarget,
  events: LiveEvents,
  context: RunContext,
): Promise<AttachedTarget> {
  const { id, service } = targetIdentity(target.name);
  const stop = watchPid(id, target.pid, events, context);
  const log = await followLog(id, target.logs, events, context).catch((error: unknown) => {
    stop.detach();
    throw error;
  });
  const pprofUrl = target.pprof?.replace(/\/+$/, '');
  const ready = pprofUrl ? pageUnder(pprofUrl, '') : target.metrics;
  return {
    target: { id, service, ports: {}, pprofUrl, metricsUrl: target.metrics, pid: target.pid },
    ready: {
      target: id,
      ask: (signal) => (ready ? askReadyUrl(ready, signal) : Promise.resolve({ isReady: true })),
      stopped: stop.stopped,
      lastLines: (count) => events.lastLines(id, count),
    },
    detach: async () => {
      stop.detach();
      await log?.close();
    },
  };
}

/** `web` is `web-1` of service `web`; `web-2` is itself. */
function targetIdentity(name: string): { id: string; service: string } {
  const safe = name.replace(/[^\w.-]/g, '_');
  const numbered = /^(.+)-\d+$/.exec(safe);
  return numbered?.[1] ? { id: safe, service: numbered[1] } : { id: `${safe}-1`, service: safe };
}

function watchPid(
  id: string,
  pid: number | undefined,
  events: LiveEvents,
  context: RunContext,
): { stopped: Promise<string>; detach(): void } {
  if (pid === undefined) return { stopped: new Promise(() => undefined), detach: () => undefined };
  const mark = ownerMark(pid);
  if (!isOwnerAlive(mark)) throw environmentError('pid-missing', `target ${id}: there is no process ${pid}`);
  let timer: NodeJS.Timeout | undefined;
  const stopped = new Promise<string>((resolve) => {
    timer = setInterval(() => {
      if (isOwnerAlive(mark)) return;
      clearInterval(timer);
      const message = `${id} (process ${pid}) ended`;
      events.exit({ atUs: context.clock.nowUs(), target: id, message });
      resolve(message);
    }, pidPollMs);
  });
  return { stopped, detach: () => clearInterval(timer) };
}

async function followLog(
  id: string,
  path: string | undefined,
  events: LiveEvents,
  context: RunContext,
): Promise<FollowedFile | undefined> {
  if (path === undefined) return undefined;
  try {
    return await followFile(path, (text) =>
      events.line({ atUs: context.clock.nowUs(), target: id, stream: 'stderr', text }),
    );
  } catch (error) {
    throw environmentError(
      'log-missing',
      `target ${id}: cannot follow its log ${path}: ${messageOf(error)}`,
      'start the target with 2>FILE and name that file',
      error,
    );
  }
}
