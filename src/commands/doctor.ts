/** `rampart doctor`: what this machine has for a run, what is missing, and what to do about it. */
import { findGroupPlaces } from '../host/control-groups.ts';
import { connectDocker } from '../host/docker.ts';
import { machineFacts, openFilesLimit } from '../host/machine.ts';
import { isPortFree } from '../host/ports.ts';
import { type ExitCode, exitCodes, messageOf, usageError } from '../model/errors.ts';
import type { MachineCheck } from '../model/machine-check.ts';
import { composeVersion } from '../topology/compose/cli.ts';
import { expectedPortPath } from '../topology/docker/expected-proxy.ts';
import { goVersion } from '../topology/go-build/go-build.ts';
import { leftInForce } from '../topology/orphans/left-notes.ts';
import { findOrphanProcesses } from '../topology/orphans/processes.ts';
import type { Command, CommandArgs, CommandContext } from './command.ts';
import { attempt } from './doctor/attempt.ts';
import { type ClusterRequest, lookAtCluster } from './doctor/cluster.ts';
import { jsonFlag, jsonText, outputFormat } from './output-format.ts';

const dockerPatienceMs = 3000;
const comfortableFiles = 4096;
const comfortableCpus = 4;

export const doctorCommand: Command = {
  name: 'doctor',
  positionals: '',
  summary:
    'Say what of Docker, Compose, Go, ports and limits is there, or what of a Kubernetes cluster, and what to do',
  examples: [
    ['rampart doctor', 'before the first run, and when one fails to start'],
    ['rampart doctor --kubernetes', 'what the cluster of the current context has, and the least role that works'],
    ['rampart doctor --kubernetes --account ci/rampart | kubectl apply -f -', 'gives that role to a service account'],
    ['rampart doctor --kubernetes --namespace shop', 'the same, to look at a namespace and change nothing'],
  ],
  options: {
    ...jsonFlag,
    kubernetes: { describe: 'Look at a Kubernetes cluster instead of this machine', type: 'boolean', default: false },
    context: { describe: 'The context of the kubeconfig (default: its current one)', type: 'string', value: 'NAME' },
    namespace: { describe: 'One that is only looked at: its least role is smaller', type: 'string', value: 'NS' },
    account: { describe: 'Bind the role to this service account, and make it', type: 'string', value: 'NS/NAME' },
  },
  run: async (args, context) => {
    const isJson = outputFormat(args) === 'json';
    const request = clusterRequest(args);
    if (request) return await clusterDoctor(request, isJson, context);
    const checks = await runChecks(context);
    if (isJson) context.print(jsonText({ checks }));
    else context.show(render(checks));
    return verdict(checks);
  },
};

const clusterFlags = ['context', 'namespace', 'account'] as const;

function clusterRequest(args: CommandArgs): ClusterRequest | undefined {
  if (!args.flag('kubernetes')) {
    const alone = clusterFlags.find((name) => args.string(name) !== undefined);
    if (alone === undefined) return undefined;
    throw usageError('flag-invalid', `--${alone} belongs to --kubernetes`, 'rampart doctor --kubernetes');
  }
  const account = args.string('account');
  const [, accountNamespace, name] = /^([a-z\d-]+)\/([a-z\d.-]+)$/.exec(account ?? '') ?? [];
  if (account !== undefined && (accountNamespace === undefined || name === undefined))
    throw usageError(
      'flag-invalid',
      `--account must name a namespace and a service account, got ${JSON.stringify(account)} (example: ci/rampart)`,
    );
  return {
    context: args.string('context'),
    namespace: args.string('namespace'),
    account:
      accountNamespace === undefined || name === undefined
        ? undefined
        : { kind: 'ServiceAccount', namespace: accountNamespace, name },
  };
}

/** The whole output is YAML for kubectl: what was found stands in comments above the role. */
async function clusterDoctor(request: ClusterRequest, isJson: boolean, context: CommandContext): Promise<ExitCode> {
  const { checks, role } = await lookAtCluster(request, context);
  if (isJson) context.print(jsonText({ checks, role }));
  else
    context.print(
      `${checkLines(checks)
        .map((line) => `# ${line}`)
        .join('\n')}\n${role === undefined ? '' : `\n${role}`}`,
    );
  return checks.some(({ state }) => state === 'missing') ? exitCodes.environment : exitCodes.ok;
}

async function runChecks(context: CommandContext): Promise<MachineCheck[]> {
  const docker = await dockerCheck(context);
  const compose =
    docker.state === 'ok' ? await composeCheck(context) : missing('compose', 'not looked for without an engine');
  const ports = docker.state === 'ok' ? [await portsCheck()] : [];
  const go = await goCheck(context);
  const loopback = await loopbackCheck();
  return [
    nodeCheck(),
    docker,
    compose,
    ...ports,
    go,
    loopback,
    filesCheck(),
    cpuCheck(),
    limitsCheck(),
    await orphanCheck(),
  ];
}

function missing(name: string, found: string, advice?: string): MachineCheck {
  return { name, state: 'missing', found, advice };
}

function nodeCheck(): MachineCheck {
  const { node } = machineFacts();
  const advice = 'Install Node 20.19, 22.12, 24 or newer; odd versions are not tried.';
  return isNodeEnough(node) ? { name: 'node', state: 'ok', found: node } : missing('node', node, advice);
}

/** Whether a version such as `v22.12.0` is one that `engines` of package.json names. */
export function isNodeEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.slice(1).split('.').map(Number);
  const least: Readonly<Record<number, number>> = { 20: 19, 22: 12 };
  return major >= 24 || minor >= (least[major] ?? Number.POSITIVE_INFINITY);
}

async function dockerCheck({ env }: CommandContext): Promise<MachineCheck> {
  return await ask('docker', async () => {
    const { version, arch } = await connectDocker(env).ping(dockerPatienceMs);
    return `engine ${version}, ${arch}`;
  });
}

async function composeCheck({ env, signal }: CommandContext): Promise<MachineCheck> {
  return await ask('compose', async () => await composeVersion(env, signal));
}

/** What lies between the load and a container. */
async function portsCheck(): Promise<MachineCheck> {
  const name = 'docker ports';
  const path = await expectedPortPath();
  if (path === 'kernel') return { name, state: 'ok', found: 'forwarded by the kernel, no proxy copies the load' };
  if (path === 'unknown') {
    const found = 'the engine is not a process that can be seen here, such as one in a virtual machine';
    const advice =
      'What lies between the load and a container is in its latencies; the result of a run says what was found.';
    return { name, state: 'limited', found, advice };
  }
  const found = "Docker's userland proxy copies every byte of the load, and takes its CPU from this machine";
  const advice =
    'Start the engine with --userland-proxy=false ("userland-proxy": false in daemon.json) for truer latencies.';
  return { name, state: 'limited', found, advice };
}

async function goCheck({ env, signal }: CommandContext): Promise<MachineCheck> {
  return await ask('go', async () => await goVersion({ env, overrides: {}, signal }));
}

async function ask(name: string, look: () => Promise<string>): Promise<MachineCheck> {
  return await attempt(name, async () => ({ name, state: 'ok', found: await look() }));
}

async function loopbackCheck(): Promise<MachineCheck> {
  const name = 'loopback addresses';
  try {
    await isPortFree('127.77.77.77', 0);
    return { name, state: 'ok', found: 'each replica can have an address of its own' };
  } catch (error) {
    return missing(
      name,
      messageOf(error),
      'The process engine needs addresses beyond 127.0.0.1, which Linux has; use Docker here.',
    );
  }
}

function filesCheck(): MachineCheck {
  const limit = openFilesLimit();
  const name = 'open files';
  if (limit === undefined) return { name, state: 'limited', found: 'the limit cannot be read on this system' };
  if (limit >= comfortableFiles) return { name, state: 'ok', found: `up to ${limit}` };
  return {
    name,
    state: 'limited',
    found: `up to ${limit}`,
    advice: `Each connection takes one: ulimit -n ${comfortableFiles * 4} before rampart, or a smaller load.maxConnections.`,
  };
}

function cpuCheck(): MachineCheck {
  const { cpus, cpuModel } = machineFacts();
  const name = 'processors';
  const found = `${cpus} (${cpuModel})`;
  if (cpus >= comfortableCpus) return { name, state: 'ok', found };
  return {
    name,
    state: 'limited',
    found,
    advice: 'Generator and services share them: compare runs of this machine with each other, not with production.',
  };
}

/** For faults that limit local processes; containers need nothing of the kind. */
function limitsCheck(): MachineCheck {
  const name = 'limits';
  const places = findGroupPlaces(['cpu', 'memory']);
  if (!('why' in places))
    return { name, state: 'ok', found: 'faults can limit cores and memory of local processes (control groups)' };
  const advice = 'Run as root, or in a scope of your own (systemd-run --user --scope rampart run ...), or use Docker.';
  return { name, state: 'limited', found: `no control groups can be made: ${places.why}`, advice };
}

async function orphanCheck(): Promise<MachineCheck> {
  const running = findOrphanProcesses().map(({ pid, runId }) => `process ${pid} of run ${runId}`);
  const orphans = [...running, ...(await leftInForce())];
  const name = 'left behind';
  if (orphans.length === 0) return { name, state: 'ok', found: 'nothing of killed runs is running or in force' };
  return {
    name,
    state: 'limited',
    found: orphans.join(', '),
    advice: 'The next run ends them.',
  };
}

/** A run needs Docker with Compose, or Go with loopback addresses. */
function canRun(checks: readonly MachineCheck[]): { compose: boolean; process: boolean } {
  const isOk = (name: string) => checks.some((check) => check.name === name && check.state !== 'missing');
  return { compose: isOk('docker') && isOk('compose'), process: isOk('go') && isOk('loopback addresses') };
}

function verdict(checks: readonly MachineCheck[]): ExitCode {
  const { compose, process } = canRun(checks);
  const nodeIsThere = checks.some((check) => check.name === 'node' && check.state === 'ok');
  return nodeIsThere && (compose || process) ? exitCodes.ok : exitCodes.environment;
}

function checkLines(checks: readonly MachineCheck[]): string[] {
  const width = Math.max(...checks.map((check) => check.name.length));
  return checks.flatMap(({ name, state, found, advice }) => {
    // Some messages have several lines.
    const first = `${state.padEnd(8)} ${name.padEnd(width)}  ${found}`.split('\n');
    return advice === undefined ? first : [...first, `${' '.repeat(width + 11)}${advice}`];
  });
}

function render(checks: readonly MachineCheck[]): string {
  const { compose, process } = canRun(checks);
  const word = (works: boolean) => (works ? 'works' : 'does not work');
  return [...checkLines(checks), '', `engine compose ${word(compose)}, engine process ${word(process)}`, ''].join('\n');
}
