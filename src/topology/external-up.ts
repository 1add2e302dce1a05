/** Looks for what a scenario attaches to, and at it until the run is over. */
import { connectDocker } from '../host/docker.ts';
import type { RunContext, TopologyEngine } from '../model/contracts.ts';
import { environmentError, usageError } from '../model/errors.ts';
import type { RunningTopology, Target } from '../model/topology.ts';
import { type ExternalTopology, isExternal } from '../model/topology-spec.ts';
import { labelMistakes, readHints } from './compose-file/service-labels.ts';
import { containerReadyCheck } from './docker/container-ready.ts';
import { watchContainers } from './docker/container-watch.ts';
import { containerTarget, listContainers } from './docker/containers.ts';
import { proxyFacts } from './docker/userland-proxy.ts';
import { externalFaultMistake } from './external/fault-mistake.ts';
import { attachPods } from './external/pods.ts';
import { attachTarget, checkExternalTargets } from './external/targets.ts';
import { checkAskedFaults } from './faults/asked-faults.ts';
import { type Inject, keepFaults } from './faults/keep-faults.ts';
import { faultLines, type RunMeans, runFault } from './faults/run-fault.ts';
import { createLiveEvents, type LiveEvents } from './liveness/live-events.ts';
import { type ReadyCheck, waitReady } from './liveness/ready.ts';
import { isGoProcess, lookAtProcess } from './observe/local-process.ts';
import { sameTargets } from './observe/same-target.ts';
import { openNotebook } from './orphans/notes.ts';
import { removeOrphans } from './orphans/orphans.ts';

/** The `up` of the external engine; its `down` only stops looking. */
export const externalUp: TopologyEngine['up'] = async (spec, goDebug, context, asked) => {
  if (!isExternal(spec))
    throw usageError('engine-mismatch', 'the external engine starts nothing, got a compose file to start');
  context.signal.throwIfAborted();
  checkExternalTargets(spec.targets);
  await removeOrphans(context.env, context.log);
  const events = createLiveEvents();
  const attached: Attached[] = [];
  const notes = openNotebook();
  const faults = keepFaults(
    runOnly({ notes, env: context.env, onLine: faultLines(events, context.clock) }),
    context.log,
  );
  const down = async () => {
    await faults.close();
    await Promise.all(attached.splice(0).map((one) => one.detach()));
    await notes.close();
  };
  try {
    for (const target of spec.targets) {
      const one = await attachTarget(target, events, context);
      const goDebugs = [await goDebugOf(one.target)];
      attached.push({ ...nothing, targets: [one.target], goDebugs, checks: [one.ready], detach: one.detach });
    }
    if (spec.project !== undefined) attached.push(await attachProject(spec.project, events, context));
    const { namespace, selector, context: cluster, kubeconfig } = spec;
    if (namespace !== undefined)
      attached.push(
        await attachPods({ namespace, selector, context: cluster, kubeconfig }, asked ?? {}, events, context),
      );
    const services = attached.flatMap(({ targets }) => targets.map(({ service }) => ({ service })));
    checkAskedFaults(asked, countByService(services), 'topology.targets');
    return { ...(await whenReady(spec, attached, goDebug, events, down, context)), faults: faults.tools };
  } catch (error) {
    await down();
    throw error;
  }
};

/** Commands are all that can be done to what is not ours. */
function runOnly(means: RunMeans): Inject {
  return async (action, _targets, signal) => {
    if (action.kind !== 'run') throw environmentError('fault-failed', externalFaultMistake(action) ?? '');
    return await runFault(action, means, signal);
  };
}

interface Attached {
  readonly targets: readonly Target[];
  /** GODEBUG that each was started with; undefined where nobody can tell. */
  readonly goDebugs: readonly (string | undefined)[];
  readonly checks: readonly ReadyCheck[];
  readonly warnings: readonly string[];
  readonly facts: Readonly<Record<string, string>>;
  /** See `RunningTopology`. */
  lastLook?(): Promise<void>;
  /** Likewise. */
  lineClocks?: RunningTopology['lineClocks'];
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
    lastLook: async () => {
      await Promise.all(attached.map((one) => one.lastLook?.()));
    },
    lineClocks: () => attached.flatMap((one) => one.lineClocks?.() ?? []),
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

function countByService(all: readonly { readonly service: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { service } of all) counts[service] = (counts[service] ?? 0) + 1;
  return counts;
}
