/** `rampart doctor`: what this machine has for a run, what is missing, and what to do about it. */
import { connectDocker } from '../host/docker.ts';
import { machineFacts, openFilesLimit } from '../host/machine.ts';
import { isPortFree } from '../host/ports.ts';
import { type ExitCode, exitCodes, messageOf, RampartError } from '../model/errors.ts';
import type { MachineCheck } from '../model/machine-check.ts';
import { composeVersion } from '../topology/compose/cli.ts';
import { expectedPortPath } from '../topology/docker/expected-proxy.ts';
import { goVersion } from '../topology/go-build/go-build.ts';
import { findOrphanProcesses } from '../topology/orphans/processes.ts';
import type { Command, CommandContext } from './command.ts';
import { jsonFlag, jsonText, outputFormat } from './output-format.ts';

const dockerPatienceMs = 3000;
const comfortableFiles = 4096;
const comfortableCpus = 4;

export const doctorCommand: Command = {
  name: 'doctor',
  positionals: '',
  summary: 'Say what of Docker, Compose, Go, ports and limits is there, and what to do',
  examples: [['rampart doctor', 'before the first run, and when one fails to start']],
  options: jsonFlag,
  run: async (args, context) => {
    const checks = await runChecks(context);
    context.print(outputFormat(args) === 'json' ? jsonText({ checks }) : render(checks));
    return verdict(checks);
  },
};

async function runChecks(context: CommandContext): Promise<MachineCheck[]> {
  const docker = await dockerCheck(context);
  const compose =
    docker.state === 'ok' ? await composeCheck(context) : missing('compose', 'not looked for without an engine');
  const ports = docker.state === 'ok' ? [await portsCheck()] : [];
  const go = await goCheck(context);
  const loopback = await loopbackCheck();
  return [nodeCheck(), docker, compose, ...ports, go, loopback, filesCheck(), cpuCheck(), orphanCheck()];
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
  return await attempt('docker', async () => {
    const { version, arch } = await connectDocker(env).ping(dockerPatienceMs);
    return `engine ${version}, ${arch}`;
  });
}

async function composeCheck({ env, signal }: CommandContext): Promise<MachineCheck> {
  return await attempt('compose', async () => await composeVersion(env, signal));
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
  return await attempt('go', async () => await goVersion({ env, overrides: {}, signal }));
}

async function attempt(name: string, look: () => Promise<string>): Promise<MachineCheck> {
  try {
    return { name, state: 'ok', found: await look() };
  } catch (error) {
    return missing(name, messageOf(error), error instanceof RampartError ? error.hint : undefined);
  }
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

function orphanCheck(): MachineCheck {
  const orphans = findOrphanProcesses();
  const name = 'left behind';
  if (orphans.length === 0) return { name, state: 'ok', found: 'nothing of killed runs is running' };
  return {
    name,
    state: 'limited',
    found: orphans.map(({ pid, runId }) => `process ${pid} of run ${runId}`).join(', '),
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

function render(checks: readonly MachineCheck[]): string {
  const width = Math.max(...checks.map((check) => check.name.length));
  const lines = checks.flatMap(({ name, state, found, advice }) => {
    const first = `${state.padEnd(8)} ${name.padEnd(width)}  ${found}`;
    return advice === undefined ? [first] : [first, `${' '.repeat(width + 11)}${advice}`];
  });
  const { compose, process } = canRun(checks);
  const word = (works: boolean) => (works ? 'works' : 'does not work');
  return [...lines, '', `engine compose ${word(compose)}, engine process ${word(process)}`, ''].join('\n');
}
