/** Attaches to something that already runs, named targets or the containers of a compose project, and leaves it running. */
import { connectDocker } from '../host/docker.ts';
import type { RunContext, TopologyEngine } from '../model/contracts.ts';
import { environmentError, usageError } from '../model/errors.ts';
import { type ExternalTopology, isExternal } from '../model/scenario.ts';
import type { RunningTopology, Target } from '../model/topology.ts';
import { labelMistakes, readHints } from './compose-file/service-labels.ts';
import { containerReadyCheck } from './docker/container-ready.ts';
import { watchContainers } from './docker/container-watch.ts';
import { containerTarget, listContainers, type ProjectContainer } from './docker/containers.ts';
import { proxyFacts } from './docker/userland-proxy.ts';
import { attachTarget, checkExternalTargets } from './external/targets.ts';
import { createLiveEvents, type LiveEvents } from './liveness/live-events.ts';
import { type ReadyCheck, waitReady } from './liveness/ready.ts';
import { isGoProcess, lookAtProcess } from './observe/local-process.ts';
import { sameTargets } from './observe/same-target.ts';

const startsNothing = 'must not be given with engine: external, which starts nothing';
const leavesAll = 'must not be given with engine: external, which leaves what runs as it is';

/** Starts and stops nothing; its `down` only stops looking. */
export const externalEngine: TopologyEngine = {
  kind: 'external',
  attaches: true,
  refuses: {
    compose: startsNothing,
    profiles: startsNothing,
    overlays: startsNothing,
    images: startsNothing,
    limits: startsNothing,
    buildArgs: startsNothing,
    go: startsNothing,
    scale: leavesAll,
    env: leavesAll,
  },
  up: async (spec, goDebug, context) => {
    if (!isExternal(spec))
      throw usageError('engine-mismatch', 'the external engine starts nothing, got a compose file to start');
    context.signal.throwIfAborted();
    checkExternalTargets(spec.targets);
    const events = createLiveEvents();
    const attached: Attached[] = [];
    const down = async () => {
      await Promise.all(attached.splice(0).map((one) => one.detach()));
    };
    try {
      for (const target of spec.targets) {
        const one = await attachTarget(target, events, context);
        const goDebugs = [await goDebugOf(one.target)];
        attached.push({ ...nothing, targets: [one.target], goDebugs, checks: [one.ready], detach: one.detach });
      }
      if (spec.project !== undefined) attached.push(await attachProject(spec.project, events, context));
      return await whenReady(spec, attached, goDebug, events, down, context);
    } catch (error) {
      await down();
      throw error;
    }
  },
};

interface Attached {
  readonly targets: readonly Target[];
  /** GODEBUG that each was started with; undefined where nobody can tell. */
  readonly goDebugs: readonly (string | undefined)[];
  readonly checks: readonly ReadyCheck[];
  readonly warnings: readonly string[];
  readonly facts: Readonly<Record<string, string>>;
  detach(): Promise<void>;
}

const nothing = { warnings: [], facts: {} };

async function whenReady(
  spec: ExternalTopology,
  attached: readonly Attached[],
  goDebug: readonly string[],
  events: LiveEvents,
  down: () => Promise<void>,
  context: RunContext,
): Promise<RunningTopology> {
  const targets = attached.flatMap((one) => one.targets);
  await waitReady(
    attached.flatMap((one) => one.checks),
    spec.readyTimeoutMs,
    context.signal,
  );
  const warnings = [...attached.flatMap((one) => one.warnings), ...sameTargets(targets)];
  if (attached.some(({ goDebugs }) => goDebugs.some((own) => !asksFor(goDebug, own)))) {
    warnings.push(
      `the environment of running targets is theirs: those started without GODEBUG=${goDebug.join(',')} print no such lines`,
    );
  }
  return {
    engine: 'external',
    targets,
    warnings,
    facts: Object.assign({}, ...attached.map((one) => one.facts)) as Record<string, string>,
    onLog: events.onLog,
    onChange: events.onChange,
    down,
  };
}

async function goDebugOf({ pid }: Target): Promise<string | undefined> {
  const looked = pid === undefined ? undefined : await lookAtProcess(pid);
  return looked && isGoProcess(looked) ? looked.goDebug : undefined;
}

/** Whether a process with this GODEBUG prints all that is wanted, at whatever interval. */
function asksFor(wanted: readonly string[], own: string | undefined): boolean {
  const on = (own ?? '').split(',').filter((each) => !each.endsWith('=0'));
  return wanted.every((each) => on.some((mine) => mine.startsWith(each.replace(/=.*/, '='))));
}

async function attachProject(project: string, events: LiveEvents, context: RunContext): Promise<Attached> {
  const docker = connectDocker(context.env);
  const { version } = await docker.ping(3000);
  const containers = (await listContainers(docker, project)).filter((one) => one.isRunning);
  if (containers.length === 0) {
    throw environmentError(
      'project-missing',
      `no container of compose project "${project}" is running`,
      'list projects with `docker compose ls`',
    );
  }
  const replicas = countByService(containers);
  const hints = new Map(containers.map((one) => [one.target, readHints(one.service, one.labels, replicas)]));
  const watch = await watchContainers(docker, project, { ignored: new Set(), followsStarts: false }, events, context);
  try {
    await Promise.all(containers.map((one) => watch.addLog(one, 0)));
    const proxy = await proxyFacts(docker, containers);
    return {
      targets: containers.map((one) => containerTarget(one, hints.get(one.target) ?? {})),
      goDebugs: containers.map(({ goDebug: own }) => own),
      checks: containers.map((one) => containerReadyCheck(docker, one, hints.get(one.target) ?? {}, watch, events)),
      warnings: [...containers.flatMap(({ target, labels }) => labelMistakes(target, labels)), ...proxy.warnings],
      facts: { docker: version, ...proxy.facts },
      detach: async () => watch.close(),
    };
  } catch (error) {
    watch.close();
    throw error;
  }
}

function countByService(containers: readonly ProjectContainer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { service } of containers) counts[service] = (counts[service] ?? 0) + 1;
  return counts;
}
