/** Words about flags and commands, for messages and help. */
import { nearest } from '../../model/nearest.ts';
import type { Command, Flag } from '../command.ts';
import { flagsOf } from './common-flags.ts';

/** What the values of flags with these names are called, whoever has them. */
const usualValues: Readonly<Record<string, string>> = {
  budget: 'TIME',
  candidate: 'STATE',
  baseline: 'STATE',
  'container-label': 'NAME=VALUE',
  detect: 'PERCENT',
  engine: 'KIND',
  every: 'TIME',
  file: 'FILE',
  for: 'TIME',
  format: 'FORM',
  host: 'ADDRESS',
  interval: 'TIME',
  junit: 'FILE',
  label: 'NAME=VALUE',
  out: 'PATH',
  port: 'PORT',
  precision: 'PERCENT',
  probe: 'TIME',
  replay: 'FILE',
  service: 'NAME',
  slo: 'RULE',
  step: 'NAME',
  steps: 'NAME,NAME',
  store: 'PLACE',
  target: 'NAME',
  timeout: 'TIME',
  tolerance: 'PERCENT',
  type: 'TYPE',
  url: 'URL',
  waivers: 'FILE',
};

/** What a flag's value is called: `DIR`, `N`, `pr|release`; empty where it takes none. */
export function valueName(name: string, { type, value, choices }: Flag): string {
  if (type === 'boolean') return '';
  const own = value ?? usualValues[name];
  if (own !== undefined) return own;
  if (type === 'number') return 'N';
  const joined = choices?.join('|') ?? '';
  return joined !== '' && joined.length <= 24 ? joined : 'VALUE';
}

/** `--out DIR`, or an example with a value that it may have. */
export function exampleOf(name: string, flag: Flag): string {
  const { choices, default: preset, alone } = flag;
  const value = choices?.[0] ?? preset;
  const join = alone === undefined ? ' ' : '=';
  return value === undefined ? `--${name}${join}${valueName(name, flag)}` : `example: --${name}${join}${value}`;
}

/** `run has no --fooo (did you mean --foo?), --bar`. */
export function unknownFlagText(unknown: readonly string[], command: Pick<Command, 'name' | 'options'>): string {
  const told = unknown.map((flag) => `${flag}${suggestion(flag, command)}`);
  return `${command.name} has no ${told.join(', ')}`;
}

function suggestion(flag: string, command: Pick<Command, 'options'>): string {
  if (flag === '-v' || flag === '--version') return ' (rampart -v prints the version)';
  const word = flag.replace(/^--?/, '');
  const flags = [...flagsOf(command)];
  const [called] = flags.find(([, { elsewhere = [] }]) => elsewhere.includes(word)) ?? [];
  const meant =
    called ??
    (word.length > 1
      ? nearest(
          word,
          flags.map(([name]) => name),
        )
      : undefined);
  return meant === undefined ? '' : ` (did you mean --${meant}?)`;
}

/** How the command is called, and where its flags are told of. */
export function usageHint({ name, positionals, examples }: Pick<Command, 'name' | 'positionals' | 'examples'>): string {
  const [example] = examples[0] ?? [];
  const form = `rampart ${name} ${positionals}`.trim();
  return `${form}${example === undefined ? '' : ` (example: ${example})`}; rampart ${name} --help lists its flags.`;
}

/** The same where there is no command. */
export const noCommandHint = 'rampart --help lists the commands, rampart <command> --help its flags.';
