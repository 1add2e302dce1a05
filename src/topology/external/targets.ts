/** Targets that a scenario names by their addresses: checked, followed, and watched by pid; nothing is started or stopped. */

import { isOwnerAlive, ownerMark } from '../../host/owner.ts';
import { pageUnder } from '../../host/page-url.ts';
import { type FollowedFile, followFile } from '../../host/tail-file.ts';
import { urlMistake, withoutCredentials } from '../../host/user-url.ts';
import type { RunContext } from '../../model/contracts.ts';
import { environmentError, messageOf, usageError } from '../../model/errors.ts';
import type { Clock } from '../../model/host.ts';
import type { Target } from '../../model/topology.ts';
import type { ExternalTarget } from '../../model/topology-spec.ts';
import type { LiveEvents } from '../liveness/live-events.ts';
import { askReadyUrl, type ReadyCheck } from '../liveness/ready.ts';
import { type GoProcess, isGoProcess, lookAtProcess } from '../observe/local-process.ts';
import { watchProcess } from '../observe/watch-process.ts';

/** A named target and what to wait for. */
export interface AttachedTarget {
  readonly target: Target;
  readonly ready: ReadyCheck;
  detach(): Promise<void>;
}

type LiveTarget = { -readonly [Key in keyof Target]: Target[Key] };

const pidPollMs = 250;

/** Rejects addresses that are none and names that clash; usageError with all of them. That the hosts are allowed the scenario has seen to. */
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
      const mistake = url === undefined ? undefined : urlMistake(url, 'beside');
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
  const pprofUrl = target.pprof?.replace(/\/+$/, '');
  const live: LiveTarget = { id, service, ports: {}, pprofUrl, metricsUrl: target.metrics, pid: target.pid };
  const stop = await watchPid(live, events, context);
  const log = await followLog(id, target.logs, events, context).catch((error: unknown) => {
    stop.detach();
    throw error;
  });
  const ready = pprofUrl ? pageUnder(pprofUrl, '') : target.metrics;
  return {
    target: live,
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

/** One that comes back where it listened, as after a restart by a command of a fault, is followed there; it is away until then. */
async function watchPid(
  live: LiveTarget,
  events: LiveEvents,
  { clock }: RunContext,
): Promise<{ stopped: Promise<string>; detach(): void }> {
  const { id, pid } = live;
  if (pid === undefined) return { stopped: new Promise(() => undefined), detach: () => undefined };
  const mark = ownerMark(pid);
  if (!isOwnerAlive(mark)) throw environmentError('pid-missing', `target ${id}: there is no process ${pid}`);
  const looked = await lookAtProcess(pid);
  let detach = () => {};
  const stopped = new Promise<string>((resolve) => {
    const onEnd = () => {
      const message = `${id} (process ${live.pid}) ended`;
      events.exit({ atUs: clock.nowUs(), target: id, message });
      resolve(message);
    };
    detach =
      isGoProcess(looked) && looked.listens.length > 0
        ? followPid(looked, live, onEnd, events, clock)
        : pollPid(mark, onEnd);
  });
  return { stopped, detach };
}

function followPid(
  first: GoProcess,
  live: LiveTarget,
  onEnd: () => void,
  events: LiveEvents,
  clock: Clock,
): () => void {
  const { close } = watchProcess(first, {
    onExit() {
      live.isAway = true;
      onEnd();
    },
    onReturn({ pid, name }) {
      live.pid = pid;
      live.isAway = false;
      const message = `process ${pid} (${name}) listens in its place`;
      events.change({ event: 'restart', atUs: clock.nowUs(), target: live.id, message });
    },
  });
  return close;
}

function pollPid(mark: string, onEnd: () => void): () => void {
  const timer = setInterval(() => {
    if (isOwnerAlive(mark)) return;
    clearInterval(timer);
    onEnd();
  }, pidPollMs);
  return () => clearInterval(timer);
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
