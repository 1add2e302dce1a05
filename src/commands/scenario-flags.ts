/** The flags that change a scenario from the command line, shared by every command that runs one. */

import { allowMistake, isBoundless } from '../host/allowed-hosts.ts';
import { withoutCredentials } from '../host/user-url.ts';
import { usageError } from '../model/errors.ts';
import type { Log } from '../model/host.ts';
import type { Scenario } from '../model/scenario.ts';
import { topologyEngines } from '../registry.ts';
import type { Override } from '../scenario/load-scenario.ts';
import { readYaml } from '../scenario/read-yaml.ts';
import type { CommandArgs, Flag } from './command.ts';
import { tagFlag, tagsOf } from './tag-flags.ts';

const engines = ['auto', ...topologyEngines.map(({ kind }) => kind)];

/** Flags of `run` and its relatives. */
export const scenarioFlags: Readonly<Record<string, Flag>> = {
  scenario: { describe: 'Scenario file', type: 'string', positional: true },
  engine: {
    describe: 'Topology engine instead of the one in the scenario',
    type: 'string',
    elsewhere: ['topology'],
    choices: engines,
  },
  scale: {
    describe: 'Replicas of a service',
    type: 'string',
    array: true,
    value: 'SERVICE=N',
    elsewhere: ['replicas'],
  },
  env: {
    describe: 'Environment of a service',
    type: 'string',
    array: true,
    short: 'e',
    value: 'SERVICE.NAME=VALUE',
    elsewhere: ['environment'],
  },
  'allow-host': {
    describe: 'A host beyond this machine that load may go to: a name, *.NAME, an address, or a range',
    type: 'string',
    array: true,
    value: 'HOST',
    elsewhere: ['allow'],
  },
  set: { describe: 'Any key of the scenario; the value is YAML', type: 'string', array: true, value: 'KEY.PATH=VALUE' },
  ...tagFlag,
};

/** A value as the node that was written, so that variables keep their text. */
function yamlOf(flag: string, text: string, mistakes: string[]): unknown {
  const yaml = readYaml(flag, text);
  if ('document' in yaml) return yaml.document.contents;
  mistakes.push(...yaml);
  return undefined;
}

/** What stands behind the = may be a secret, and a message goes into the log of a job; a number of replicas is none. */
function shownText(flag: string, text: string): string {
  return JSON.stringify(flag === '--scale' ? text : text.replace(/=.+/s, '=…'));
}

/** `-e` is what docker and k6 mean by it; who meant the engine is told. */
function engineNote(flag: string, text: string): string {
  const isEngine = flag === '--env' && engines.includes(text);
  return isEngine ? `; -e is --env, and the engine is chosen by --engine ${text}` : '';
}

/** What the flags change, in the order they are applied; throws a usage error that lists every flag that cannot be read. */
export function overridesOf(args: CommandArgs): Override[] {
  const mistakes: string[] = [];
  const overrides: Override[] = [];
  const take = (
    flag: string,
    text: string,
    form: RegExp,
    example: string,
    toOverride: (match: RegExpExecArray) => Omit<Override, 'flag'>,
  ) => {
    const match = form.exec(text);
    if (match) overrides.push({ flag: `${flag} ${text}`, ...toOverride(match) });
    else mistakes.push(`${flag} must have the form ${example}, got ${shownText(flag, text)}${engineNote(flag, text)}`);
  };
  const engine = args.string('engine');
  if (engine !== undefined) overrides.push({ flag: `--engine ${engine}`, path: ['topology', 'engine'], value: engine });
  for (const text of args.strings('scale')) {
    take(
      '--scale',
      text,
      /^([\w.-]+)=(\d+)$/,
      'SERVICE=N (example: --scale downstream=5)',
      ([, service = '', replicas]) => ({ path: ['topology', 'scale', service], value: Number(replicas) }),
    );
  }
  for (const text of args.strings('env')) {
    take(
      '--env',
      text,
      /^([\w.-]+)\.(\w+)=(.*)$/s,
      'SERVICE.NAME=VALUE (example: --env loadbalancer.GOMAXPROCS=2)',
      ([, service = '', name = '', value]) => ({ path: ['topology', 'env', service, name], value }),
    );
  }
  for (const host of args.strings('allow-host')) {
    const mistake = allowMistake(host);
    const boundless = `bounds nothing, and a flag cannot give the reason: target: { allow: [{ host: ${JSON.stringify(host)}, reason: … }] }`;
    const wrong = mistake ?? (isBoundless(host) ? boundless : undefined);
    // What has a user name in it may have a password.
    if (wrong === undefined)
      overrides.push({
        flag: `--allow-host ${host}`,
        path: ['target', 'allow'],
        value: { host, reason: '--allow-host' },
        adds: true,
      });
    else
      mistakes.push(
        `--allow-host ${wrong}, got ${JSON.stringify(withoutCredentials(host))} (example: --allow-host staging.example)`,
      );
  }
  for (const text of args.strings('set')) {
    take(
      '--set',
      text,
      /^([\w-]+(?:\.[\w-]+)*)=(.*)$/s,
      'KEY.PATH=VALUE (example: --set load.timeout=5s)',
      ([, path = '', value = '']) => ({
        path: path.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key)),
        value: yamlOf(`--set ${text}`, value, mistakes),
      }),
    );
  }
  for (const [name, value] of Object.entries(tagsOf(args, mistakes)))
    overrides.push({ flag: `--tag ${name}=${value}`, path: ['tags', name], value });
  if (mistakes.length > 0) throw usageError('flag-invalid', mistakes.join('\n'));
  return overrides;
}

/** Says of rules that would end a run that they end none here. */
export function tellAborts({ slo }: Pick<Scenario, 'slo'>, { info }: Log): void {
  const texts = slo.filter(({ abort }) => abort).map(({ text }) => text);
  if (texts.length === 0) return;
  info(
    `abort ends only runs of rampart run: ${texts.join(', ')} is judged here as every other rule, because what is cut short cannot be held against what is not`,
  );
}
