/** The flags that change a scenario from the command line, shared by every command that runs one. */

import { usageError } from '../model/errors.ts';
import { topologyEngines } from '../registry.ts';
import type { Override } from '../scenario/load-scenario.ts';
import { readYaml } from '../scenario/read-yaml.ts';
import type { CommandArgs, Flag } from './command.ts';

/** Flags of `run` and its relatives. */
export const scenarioFlags: Readonly<Record<string, Flag>> = {
  scenario: { describe: 'Scenario file', type: 'string', positional: true },
  engine: {
    describe: 'Topology engine instead of the one in the scenario',
    type: 'string',
    choices: ['auto', ...topologyEngines.map(({ kind }) => kind)],
  },
  scale: { describe: 'Replicas of a service, SERVICE=N', type: 'string', array: true },
  env: { describe: 'Environment of a service, SERVICE.NAME=VALUE', type: 'string', array: true },
  set: { describe: 'Any key of the scenario, KEY.PATH=VALUE (the value is YAML)', type: 'string', array: true },
};

/** A value as the node that was written, so that variables keep their text. */
function yamlOf(flag: string, text: string, mistakes: string[]): unknown {
  const yaml = readYaml(flag, text);
  if ('document' in yaml) return yaml.document.contents;
  mistakes.push(...yaml);
  return undefined;
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
    else mistakes.push(`${flag} must have the form ${example}, got ${JSON.stringify(text)}`);
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
      /^([\w-]+)\.(\w+)=(.*)$/s,
      'SERVICE.NAME=VALUE (example: --env loadbalancer.GOMAXPROCS=2)',
      ([, service = '', name = '', value]) => ({ path: ['topology', 'env', service, name], value }),
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
  if (mistakes.length > 0) throw usageError('flag-invalid', mistakes.join('\n'));
  return overrides;
}
