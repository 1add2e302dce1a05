/** The flags of `rampart profiles collect`: what a configuration can say, without a file. */
import { resolve } from 'node:path';
import { shownUrl } from '../../host/page-url.ts';
import { usageError } from '../../model/errors.ts';
import type { ConfigFlag } from '../../profiles/collect/config.ts';
import { collectedTypes, isCollectedType } from '../../profiles/discovery/type-wishes.ts';
import { isS3 } from '../../profiles/store/s3-place.ts';
import type { CommandArgs, Flag } from '../command.ts';
import { portMistake } from '../port-flag.ts';
import { pruneFlags } from './retention-flags.ts';

/** See `rampart profiles collect --help`. */
export const collectFlags: Readonly<Record<string, Flag>> = {
  config: { describe: 'A file that says what to collect; flags go before it', type: 'string' },
  'compose-project': { describe: 'Every service of a compose project that shows pprof', type: 'string', array: true },
  containers: {
    describe: 'Containers labelled rampart.profile.enable or profefe.com/enable',
    type: 'boolean',
    default: false,
  },
  'container-label': {
    describe: 'Containers with this label, NAME or NAME=VALUE; of several all must hold',
    type: 'string',
    array: true,
  },
  pods: {
    describe: 'Pods of a Kubernetes cluster annotated rampart.profile.enable or profefe.com/enable, of all namespaces',
    type: 'boolean',
    default: false,
  },
  namespace: { describe: 'Of pods only those of this namespace', type: 'string', array: true },
  selector: { describe: 'Pods with these labels, annotated or not, such as app=shop', type: 'string' },
  context: { describe: 'The context of the kubeconfig that names the cluster', type: 'string' },
  target: { describe: 'Where pprof answers, [SERVICE=]URL', type: 'string', array: true },
  service: { describe: 'What targets are called that have no name', type: 'string' },
  'file-sd': {
    describe: "A list of targets in Prometheus' file_sd form; * in its last part for many",
    type: 'string',
    array: true,
  },
  type: {
    describe: `A type to take, TYPE, TYPE=10s or TYPE=off (types: ${collectedTypes.join(', ')})`,
    type: 'string',
    array: true,
  },
  interval: { describe: 'How often each type is taken (default: 1m)', type: 'string' },
  jitter: { describe: 'Share of the interval by which times are moved (default: 0.1)', type: 'number' },
  seed: { describe: 'Another number spreads the targets otherwise over the interval (default: 1)', type: 'number' },
  label: { describe: 'NAME=VALUE, goes onto every profile', type: 'string', array: true },
  keep: { describe: 'Only targets of which this holds: LABEL=VALUE, !=, =~ or !~', type: 'string', array: true },
  drop: { describe: 'No targets of which this holds', type: 'string', array: true },
  shard: { describe: 'The part of all targets that this one of several collectors takes, N/OF', type: 'string' },
  'at-once': { describe: 'Profiles under way at the same time (default: 200)', type: 'number' },
  timeout: { describe: 'What a target may take beyond the time it collects (default: 10s)', type: 'string' },
  'max-size': { describe: 'Of one profile as sent (default: 64MiB)', type: 'string' },
  to: { describe: 'A server with the API of profefe, such as rampart profiles serve', type: 'string' },
  store: { describe: 'The store: a directory or s3://bucket/prefix (default: that of this user)', type: 'string' },
  ...pruneFlags,
  'status-port': { describe: 'Serves a status page on 127.0.0.1; 0 takes any free port', type: 'number' },
  once: { describe: 'Takes every type of every target once', type: 'boolean', default: false },
  for: { describe: 'How long, such as 10m (default: until Ctrl-C)', type: 'string' },
};

const plain: readonly (readonly [flag: string, key: string, kind: 'string' | 'number'])[] = [
  ['interval', 'interval', 'string'],
  ['jitter', 'jitter', 'number'],
  ['seed', 'seed', 'number'],
  ['shard', 'shard', 'string'],
  ['at-once', 'atOnce', 'number'],
  ['timeout', 'timeout', 'string'],
  ['max-size', 'maxSize', 'string'],
  ['to', 'to', 'string'],
  ['store', 'store', 'string'],
  ['prune-older-than', 'prune.olderThan', 'string'],
  ['prune-max-size', 'prune.maxSize', 'string'],
];

/** What they set in a configuration; usage error with every word that cannot be read. */
export function configFlags(args: CommandArgs, cwd: string): ConfigFlag[] {
  const mistakes: string[] = [];
  const flags = [
    ...discoverFlags(args, cwd),
    ...plain.flatMap(([name, key, kind]): ConfigFlag[] => {
      const given = kind === 'number' ? args.number(name) : args.string(name);
      const value = name === 'store' && typeof given === 'string' && !isS3(given) ? resolve(cwd, given) : given;
      return value === undefined ? [] : [{ flag: `--${name}`, path: key.split('.'), value }];
    }),
    ...(['keep', 'drop'] as const).flatMap((name) =>
      args.strings(name).map((value) => ({ flag: `--${name} ${value}`, path: [name], value, adds: true })),
    ),
    ...args.strings('label').flatMap((text) => labelFlag(text, mistakes)),
    ...args.strings('type').flatMap((text) => typeFlag(text, mistakes)),
  ];
  const port = portMistake('--status-port', args.number('status-port'), '--status-port 9465');
  if (port !== undefined) mistakes.push(port);
  if (args.string('config') === undefined && !flags.some(({ path }) => path[0] === 'discover'))
    mistakes.push(
      'nothing to collect from: name it with --compose-project, --containers, --container-label, --pods, --target, --file-sd or --config',
    );
  if (mistakes.length === 0) return flags;
  throw usageError('flag-invalid', mistakes.join('\n'), 'rampart profiles collect --help has examples.');
}

function discoverFlags(args: CommandArgs, cwd: string): ConfigFlag[] {
  const add = (flag: string, value: unknown): ConfigFlag => ({ flag, path: ['discover'], value, adds: true });
  const service = args.string('service');
  const named = service === undefined ? {} : { service };
  const labels = args.strings('container-label');
  const files = args.strings('file-sd').map((file) => resolve(cwd, file));
  return [
    ...args.strings('compose-project').map((compose) => add(`--compose-project ${compose}`, { compose })),
    ...(args.flag('containers') ? [add('--containers', { containers: [] })] : []),
    ...(labels.length > 0 ? [add('--container-label', { containers: labels })] : []),
    ...podFlags(args).map(([flag, pods]) => add(flag, { pods })),
    ...args.strings('target').map((text) => {
      const [, name, url = text] = /^([^=/:]+)=(.*)$/s.exec(text) ?? [];
      const own = name === undefined ? named : { service: name };
      return add(`--target ${shownUrl(url)}`, { targets: [url], ...own });
    }),
    ...(files.length > 0 ? [add('--file-sd', { files, ...named })] : []),
  ];
}

/** Each of the flags asks for pods; together they narrow them. */
function podFlags(args: CommandArgs): (readonly [flag: string, pods: unknown])[] {
  const namespaces = args.strings('namespace');
  const [selector, context] = [args.string('selector'), args.string('context')];
  const given = { namespaces, selector, context };
  const named = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const isAsked = args.flag('pods') || namespaces.length > 0 || selector !== undefined || context !== undefined;
  const flag = namespaces.length > 0 ? '--namespace' : selector !== undefined ? '--selector' : '--pods';
  return isAsked ? [[flag, named]] : [];
}

function labelFlag(text: string, mistakes: string[]): ConfigFlag[] {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name !== undefined) return [{ flag: `--label ${text}`, path: ['labels', name], value }];
  mistakes.push(`--label must be NAME=VALUE (example: --label env=prod), got ${JSON.stringify(text)}`);
  return [];
}

function typeFlag(text: string, mistakes: string[]): ConfigFlag[] {
  const [, type = '', wish = 'on'] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
  if (!isCollectedType(type)) {
    mistakes.push(
      `--type must be one of ${collectedTypes.join(', ')} (example: --type cpu=10s), got ${JSON.stringify(text)}`,
    );
    return [];
  }
  const words: Readonly<Record<string, boolean>> = { on: true, true: true, off: false, false: false };
  return [{ flag: `--type ${text}`, path: ['types', type], value: words[wish] ?? wish }];
}
