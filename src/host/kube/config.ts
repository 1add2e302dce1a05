/** Which cluster the user's environment points at, and with whose credentials it is asked. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Agent } from 'node:http';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { environmentError, messageOf } from '../../model/errors.ts';
import { formatDurationMs } from '../../model/units.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Which cluster; what is left out is read from the environment as kubectl does. */
export interface KubePlace {
  readonly env: Env;
  readonly context?: string | undefined;
  /** A file, in the place of KUBECONFIG. */
  readonly kubeconfig?: string | undefined;
  /** How long a program that hands out credentials may take, milliseconds; it may ask its user to log in meanwhile. */
  readonly programMs?: number | undefined;
}

/** What a request needs to be heard: TLS files and headers, anew for each because tokens run out. */
interface KubeCredentials {
  readonly ca?: Buffer | string | undefined;
  readonly cert?: Buffer | string | undefined;
  readonly key?: Buffer | string | undefined;
  readonly auth?: string | undefined;
  readonly servername?: string | undefined;
  readonly rejectUnauthorized?: boolean | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Only where a proxy leads to the cluster. */
  readonly agent?: Agent | undefined;
}

/** A cluster and a user of it. */
export interface KubeAccess {
  readonly server: string;
  readonly context: string;
  readonly namespace: string;
  /** Rejects with an environmentError where a program that hands out credentials fails. */
  credentials(): Promise<KubeCredentials>;
}

const usualProgramMs = 60_000;

const accountFile = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** Reads the configuration; rejects with an environmentError where there is none, it is damaged, or the context is not in it. */
export async function readAccess({
  env,
  context,
  kubeconfig,
  programMs = usualProgramMs,
}: KubePlace): Promise<KubeAccess> {
  // Its import takes a third of a second, which only those pay who ask for a cluster.
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  const files = configFiles(env, kubeconfig);
  if (files.length > 0) {
    for (const [index, file] of files.entries()) {
      const read = index === 0 ? config : new KubeConfig();
      try {
        read.loadFromFile(file);
        if (read !== config) merge(config, read);
      } catch (error) {
        // What follows shows lines of the file, and may show a token.
        const [why] = messageOf(error).split('\n');
        throw environmentError('kube-config', `${file} is no kubeconfig: ${why}`);
      }
    }
  } else if (env['KUBERNETES_SERVICE_HOST'] && existsSync(accountFile)) config.loadFromCluster();
  else throw noConfig(env, kubeconfig);
  const name = contextOf(config, context, files);
  config.setCurrentContext(name);
  const cluster = config.getCurrentCluster();
  if (!cluster?.server)
    throw environmentError(
      'kube-context',
      `the context ${JSON.stringify(name)} names no cluster that the kubeconfig knows`,
      'List what there is with `kubectl config view`.',
    );
  boundPrograms(config, programMs);
  const isPlain = cluster.server.startsWith('http:');
  if (isPlain) config.clusters = config.clusters.map((each) => ({ ...each, skipTLSVerify: true }));
  const ask = async (): Promise<KubeCredentials> => {
    const options: { headers: Record<string, string>; agent?: Agent } = { headers: {} };
    try {
      await config.applyToHTTPSOptions(options as Parameters<typeof config.applyToHTTPSOptions>[0]);
    } catch (error) {
      throw environmentError(
        'kube-config',
        `the credentials of context ${JSON.stringify(name)} cannot be had: ${messageOf(error)}`,
        'Try `kubectl auth whoami`, which asks for the same ones.',
        error,
      );
    }
    const { agent, ...credentials } = options;
    return cluster.proxyUrl ? { ...credentials, agent } : credentials;
  };
  let asked: Promise<KubeCredentials> | undefined;
  return {
    server: cluster.server.replace(/\/+$/, ''),
    context: files.length > 0 ? name : 'in-cluster',
    namespace: config.getContextObject(name)?.namespace || 'default',
    credentials: () => {
      // Dozens of questions at once would each run the program that hands them out.
      asked ??= ask().finally(() => {
        asked = undefined;
      });
      return asked;
    },
  };
}

/** The library waits for such a program for ever, and has no other place that could be told. */
function boundPrograms(config: KubeConfig, limitMs: number): void {
  const run = (command: string, args: readonly string[] | undefined, options: SpawnOptions): ChildProcess => {
    const program = spawn(command, args ?? [], options);
    const timer = setTimeout(() => {
      program.kill('SIGKILL');
      program.emit('error', new Error(`${command} gave none in ${formatDurationMs(limitMs)}, and was ended`));
      // What it has started may live on and hold its output open.
      program.stdout?.destroy();
      program.stderr?.destroy();
    }, limitMs);
    program.once('close', () => clearTimeout(timer));
    return program;
  };
  const { authenticators } = config as unknown as { readonly authenticators: readonly object[] };
  for (const one of authenticators) if ('execFn' in one) one.execFn = run;
}

/** As kubectl: the file that is named, else those of KUBECONFIG that exist, else the one in the home directory. */
function configFiles(env: Env, kubeconfig: string | undefined): readonly string[] {
  if (kubeconfig !== undefined) return existsSync(kubeconfig) ? [kubeconfig] : [];
  if (env['KUBECONFIG']) return env['KUBECONFIG'].split(delimiter).filter((file) => file !== '' && existsSync(file));
  const usual = join(env['HOME'] || homedir(), '.kube', 'config');
  return existsSync(usual) ? [usual] : [];
}

/** As kubectl: what a file names, no later one names again, and the first that says which context is the current one has its way. */
function merge(config: KubeConfig, later: KubeConfig): void {
  config.clusters = firstOfEach(config.clusters, later.clusters);
  config.users = firstOfEach(config.users, later.users);
  config.contexts = firstOfEach(config.contexts, later.contexts);
  if (!config.getCurrentContext()) config.setCurrentContext(later.getCurrentContext());
}

function firstOfEach<Named extends { readonly name: string }>(first: readonly Named[], later: readonly Named[]) {
  return [...first, ...later.filter(({ name }) => first.every((each) => each.name !== name))];
}

function noConfig(env: Env, kubeconfig: string | undefined): Error {
  const looked = kubeconfig ?? (env['KUBECONFIG'] ? `KUBECONFIG=${env['KUBECONFIG']}` : '~/.kube/config');
  return environmentError(
    'kube-config',
    `no kubeconfig: ${looked} is not there`,
    'Name one with `topology.kubeconfig` or KUBECONFIG; inside a pod the service account is taken.',
  );
}

interface Contexts {
  getCurrentContext(): string;
  getContexts(): readonly { readonly name: string }[];
}

function contextOf(config: Contexts, asked: string | undefined, files: readonly string[]): string {
  const names = config.getContexts().map(({ name }) => name);
  const name = asked ?? config.getCurrentContext();
  if (names.includes(name)) return name;
  const where = files.join(', ') || 'the service account';
  const known = names.length > 0 ? `it has ${names.map((each) => JSON.stringify(each)).join(', ')}` : 'it has none';
  throw environmentError(
    'kube-context',
    name ? `no context ${JSON.stringify(name)} in ${where}; ${known}` : `${where} names no current context; ${known}`,
    'Choose one with `topology.context: NAME` or `kubectl config use-context NAME`.',
  );
}
