/** A command line that gives the same arguments again. */
import { expect, it } from 'vitest';
import type { Command } from '../../src/commands/command.ts';
import { commandLineOf } from '../../src/commands/command-line.ts';
import { argsOf } from '../helpers/command-context.ts';

const command: Command = {
  name: 'gate',
  positionals: '[scenario]',
  summary: '',
  examples: [],
  options: {
    scenario: { describe: '', type: 'string', positional: true },
    set: { describe: '', type: 'string', array: true },
    baseline: { describe: '', type: 'string' },
    seed: { describe: '', type: 'number' },
    advisory: { describe: '', type: 'boolean', default: false },
    format: { describe: '', type: 'string', default: 'terminal' },
    out: { describe: '', type: 'string' },
  },
  run: () => Promise.resolve(0),
};

it('has every flag that was given but those at their default', () => {
  const args = argsOf({
    scenario: 'ramp.yaml',
    set: ['a=1', 'b=2'],
    baseline: 'main',
    seed: 7,
    format: 'terminal',
    advisory: false,
  });
  expect(commandLineOf(command, args, {})).toBe('rampart gate ramp.yaml --set a=1 --set b=2 --baseline main --seed 7');
});

it('takes the changed values, leaves out what has none, and quotes for a shell', () => {
  const args = argsOf({ scenario: "it's here.yaml", baseline: 'main', advisory: true, out: 'x' });
  expect(commandLineOf(command, args, { baseline: '3f9c2ab', out: undefined })).toBe(
    "rampart gate 'it'\\''s here.yaml' --baseline 3f9c2ab --advisory",
  );
});
