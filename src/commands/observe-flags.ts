/** The flags of `rampart observe` to what is to be looked at. */
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { shownUrl } from '../host/page-url.ts';
import { urlMistake, withoutCredentials } from '../host/user-url.ts';
import { usageError } from '../model/errors.ts';
import { parseDurationMs } from '../model/units.ts';
import { samplers } from '../registry.ts';
import type { ObservationRequest } from '../runs/observation.ts';
import type { PodChoice } from '../topology/observe/find-pods.ts';
import type { TargetRequest } from '../topology/observe/observed-target.ts';
import type { CommandArgs, Flag } from './command.ts';
import { tagFlag, tagsOf } from './tag-flags.ts';

/** See `rampart observe --help`. */
export const observeFlags: Readonly<Record<string, Flag>> = {
  project: { describe: 'Every container of a compose project that is running', type: 'string' },
  label: {
    describe: 'Containers with this label, NAME or NAME=VALUE; of several, and of --project, all must hold',
    type: 'string',
    array: true,
  },
  namespace: { describe: 'Every running pod of a namespace of a Kubernetes cluster', type: 'string' },
  selector: { describe: 'Of the namespace only pods with these labels, such as app=shop,tier!=web', type: 'string' },
  context: {
    describe: 'The context of the kubeconfig that names the cluster (default: the current one)',
    type: 'string',
  },
  pid: { describe: 'A local Go process', type: 'string', array: true },
  port: {
    describe: 'The local Go process that listens on a port, PORT or ADDRESS:PORT',
    type: 'string',
    array: true,
  },
  url: { describe: 'Where pprof or Prometheus metrics answer, on a loopback address', type: 'string', array: true },
  log: {
    describe: 'A file with the stderr of a service started with GODEBUG=schedtrace=1000,gctrace=1',
    type: 'string',
    array: true,
  },
  target: {
    describe: 'A target with a name, NAME=WHAT[,log:FILE], where WHAT is pid:N, port:N, log:FILE or a URL',
    type: 'string',
    array: true,
  },
  set: {
    describe: 'How a sampler looks, observe.SAMPLER=VALUE as in a scenario, or false for not at all',
    type: 'string',
    array: true,
  },
  for: { describe: 'How long, such as 10m (default: until Ctrl-C)', type: 'string' },
  ...tagFlag,
};

/** Reads the flags; throws a usage error with everything that cannot be read. */
export function observeRequest(args: CommandArgs, cwd: string): ObservationRequest {
  const mistakes: string[] = [];
  const one = (key: 'pid' | 'port' | 'url' | 'log') =>
    args.strings(key).flatMap((text): TargetRequest[] => {
      const flag = `--${key} ${shownUrl(text)}`;
      const part = readPart(key, text, cwd);
      if (part !== undefined) return [{ flag, ...part }];
      const wanted = key === 'url' ? urlForm(text) : `must be ${forms[key]}`;
      mistakes.push(`--${key} ${wanted}, got ${JSON.stringify(withoutCredentials(text))}`);
      return [];
    });
  const targets = [
    ...args.strings('target').flatMap((text) => readTarget(text, cwd, mistakes)),
    ...(['pid', 'port', 'url', 'log'] as const).flatMap(one),
  ];
  for (const label of args.strings('label')) {
    if (!/^[^=\s]+(=.*)?$/.test(label)) {
      mistakes.push(`--label must be NAME or NAME=VALUE (example: --label app=shop), got ${JSON.stringify(label)}`);
    }
  }
  const project = args.string('project');
  if (project === '') mistakes.push('--project must be the name of a compose project (example: --project shop)');
  const forText = args.string('for');
  const forMs = forText === undefined ? undefined : parseDurationMs(forText);
  if (forText !== undefined && !(forMs !== undefined && forMs >= 1000)) {
    mistakes.push(`--for must be a duration of at least 1s (example: --for 10m), got ${JSON.stringify(forText)}`);
  }
  const sampling = readSampling(args.strings('set'), mistakes);
  if (sampling.get('profiles') !== undefined && forText === undefined) {
    mistakes.push('--set observe.profiles needs --for: profiles are planned over a known time (example: --for 1m)');
  }
  const tags = tagsOf(args, mistakes);
  const pods = podChoice(args, mistakes);
  const request = { project, labels: args.strings('label'), targets, pods };
  const isNothing = targets.length === 0 && project === undefined && request.labels.length === 0 && !pods;
  if (mistakes.length === 0 && isNothing) {
    mistakes.push(
      'nothing to look at: name a target with --project, --label, --namespace, --pid, --port, --url, --log or --target',
    );
  }
  if (mistakes.length > 0) {
    throw usageError('flag-invalid', mistakes.join('\n'), 'rampart observe --help has examples.');
  }
  return { request, sampling, forMs, tags };
}

function podChoice(args: CommandArgs, mistakes: string[]): PodChoice | undefined {
  const [namespace, selector, context] = [args.string('namespace'), args.string('selector'), args.string('context')];
  if (namespace === undefined) {
    for (const [flag, value] of Object.entries({ selector, context }))
      if (value !== undefined) mistakes.push(`--${flag} needs --namespace (example: --namespace shop)`);
    return undefined;
  }
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace))
    mistakes.push(
      `--namespace must be the name of a namespace (example: --namespace shop), got ${JSON.stringify(namespace)}`,
    );
  for (const [flag, value] of Object.entries({ selector, context }))
    if (value === '') mistakes.push(`--${flag} must not be empty`);
  return { namespace, selector, context };
}

function readSampling(texts: readonly string[], mistakes: string[]): ReadonlyMap<string, unknown> {
  const sampling = new Map<string, unknown>();
  for (const text of texts) {
    const [, kind, value = ''] = /^observe\.([\w-]+)=(.*)$/s.exec(text) ?? [];
    const sampler = samplers.find((each) => each.kind === kind);
    if (!sampler) {
      const kinds = samplers.map((each) => each.kind).join(', ');
      mistakes.push(
        `--set must be observe.SAMPLER=VALUE (example: --set observe.goroutines=1s; samplers: ${kinds}), got ${JSON.stringify(text)}`,
      );
      continue;
    }
    const given = readYaml(value);
    const read = given === false ? undefined : sampler.options.safeParse(given);
    if (read?.success === false) {
      mistakes.push(`--set observe.${sampler.kind} ${read.error.issues[0]?.message}, got ${JSON.stringify(value)}`);
    } else sampling.set(sampler.kind, read?.data);
  }
  return sampling;
}

/** The value; the text itself where it is no YAML, for the sampler to refuse. */
function readYaml(text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch {
    return text;
  }
}

type Part = Omit<TargetRequest, 'flag' | 'name'>;

const forms = {
  pid: 'the number of a process (example: --pid 4711)',
  port: 'PORT or ADDRESS:PORT (example: --port 8080)',
  log: 'a file (example: --log api.log)',
} as const;

/** What is wrong with a URL, and what a good one looks like. */
function urlForm(text: string): string {
  return `${urlMistake(text, 'observed')} (example: --url http://127.0.0.1:6060); forward the port of what runs elsewhere`;
}

function readPart(key: keyof typeof forms | 'url', text: string, cwd: string): Part | undefined {
  switch (key) {
    case 'pid': {
      const pid = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
      return pid === undefined ? undefined : { pid };
    }
    case 'port': {
      const match = /^(?:(?:\[([\da-fA-F:]+)\]|([\d.]+|localhost)):)?(\d{1,5})$/.exec(text);
      const number = Number(match?.[3]);
      if (!match || number < 1 || number > 65_535) return undefined;
      const host = match[2] === 'localhost' ? '127.0.0.1' : (match[1] ?? match[2]);
      return { port: { host, number } };
    }
    case 'url':
      return urlMistake(text, 'observed') === undefined ? { url: text } : undefined;
    case 'log':
      return text === '' ? undefined : { log: resolve(cwd, text) };
  }
}

function readTarget(text: string, cwd: string, mistakes: string[]): TargetRequest[] {
  const flag = `--target ${text}`;
  const refuse = (why: string): TargetRequest[] => {
    mistakes.push(
      `--target must be NAME=WHAT (example: --target api=port:8080,log:api.log): ${why}, got ${JSON.stringify(withoutCredentials(text))}`,
    );
    return [];
  };
  const [, name, rest = ''] = /^([\w.-]+)=(.+)$/s.exec(text) ?? [];
  if (name === undefined) return refuse('a name and what it is are wanted');
  let whole: Part = {};
  for (const piece of rest.split(',')) {
    const [, key = 'url', value = piece] = /^(pid|port|log|url):(?!\/\/)(.*)$/.exec(piece) ?? [];
    const part = readPart(key as keyof typeof forms | 'url', value, cwd);
    if (part === undefined)
      return refuse(
        key === 'url' ? `its URL ${urlMistake(value, 'observed')}` : `${JSON.stringify(piece)} is no ${key}`,
      );
    if (Object.keys(part).some((each) => each in whole)) return refuse(`it has two of ${key}`);
    whole = { ...whole, ...part };
  }
  if (whole.pid !== undefined && whole.port !== undefined)
    return refuse('pid and port name the same thing; one is enough');
  return [{ flag, name, ...whole }];
}
