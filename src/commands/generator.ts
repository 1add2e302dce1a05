/** `rampart generator`: sends load for a run that goes on elsewhere. */
import { resolve } from 'node:path';
import { allowMistake } from '../host/allowed-hosts.ts';
import { type HostPort, parseHostPort } from '../host/host-port.ts';
import { withoutCredentials } from '../host/user-url.ts';
import { runGenerator } from '../load/generators/serve.ts';
import { exitCodes, usageError } from '../model/errors.ts';
import { readToken } from '../runs/generator-token.ts';
import { checkMachine } from '../runs/preflight.ts';
import type { Command, CommandArgs } from './command.ts';

export const generatorCommand: Command = {
  name: 'generator',
  positionals: '',
  summary: 'Send load for a run on another machine, which names this one under load.generators',
  examples: [
    ['rampart generator --listen 0.0.0.0:7070 --allow-host 10.1.0.0/16', 'load.generators: { addresses: [HOST:7070] }'],
    [
      'rampart generator --join coordinator.example:7070 --allow-host api.staging.example',
      'load.generators: { join: 2 }',
    ],
    ['rampart generator --join 127.0.0.1:7070 --once', 'for one run'],
  ],
  options: {
    join: {
      describe: 'Call a run that listens there (load.generators.join), again and again until there is one',
      type: 'string',
      value: 'HOST:PORT',
      elsewhere: ['connect', 'master-host'],
    },
    listen: {
      describe: 'Be called there by runs that name it (load.generators.addresses)',
      type: 'string',
      value: 'HOST:PORT',
      elsewhere: ['bind'],
    },
    'allow-host': {
      describe: 'A host beyond this machine that load may go to from here: a name, *.NAME, an address, a range, or *',
      type: 'string',
      array: true,
      value: 'HOST',
      elsewhere: ['allow'],
    },
    'token-file': {
      describe: 'A file with the token that both ends have, instead of RAMPART_TOKEN',
      type: 'string',
      value: 'FILE',
    },
    name: { describe: 'What results call it (default: the name of this machine)', type: 'string' },
    once: { describe: 'End after one run', type: 'boolean' },
  },
  run: async (args, context) => {
    const mistakes: string[] = [];
    const join = placeOf(args, 'join', mistakes);
    const listen = placeOf(args, 'listen', mistakes);
    if (args.string('join') === undefined && args.string('listen') === undefined)
      mistakes.push('--join HOST:PORT or --listen HOST:PORT must be given: who calls whom?');
    if (args.string('join') !== undefined && args.string('listen') !== undefined)
      mistakes.push('--join and --listen exclude each other');
    if (join?.port === 0)
      mistakes.push(`--join must have a port from 1 to 65535, got ${JSON.stringify(args.string('join'))}`);
    const allow = args.strings('allow-host');
    for (const host of allow) {
      const mistake = allowMistake(host);
      if (mistake !== undefined)
        mistakes.push(`--allow-host ${mistake}, got ${JSON.stringify(withoutCredentials(host))}`);
    }
    const name = args.string('name');
    if (name !== undefined && !/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/.test(name))
      mistakes.push(`--name must be at most 63 letters, digits, dots and dashes, got ${JSON.stringify(name)}`);
    if (mistakes.length > 0) throw usageError('flag-invalid', mistakes.join('\n'));
    const file = args.string('token-file');
    const token = await readToken(file && resolve(context.cwd, file), context.env, context.secrets);
    const at = join ? ({ kind: 'join', ...join } as const) : ({ kind: 'listen', ...(listen as HostPort) } as const);
    const owned = { name, token, allow: allow.map((host) => ({ host })), checkMachine };
    await runGenerator({ at, once: args.flag('once'), ...owned }, context);
    return exitCodes.ok;
  },
};

function placeOf(args: CommandArgs, flag: 'join' | 'listen', mistakes: string[]): HostPort | undefined {
  const text = args.string(flag);
  const place = text === undefined ? undefined : parseHostPort(text);
  if (text !== undefined && !place)
    mistakes.push(`--${flag} must be HOST:PORT, got ${JSON.stringify(text)} (example: --${flag} 127.0.0.1:7070)`);
  return place;
}
