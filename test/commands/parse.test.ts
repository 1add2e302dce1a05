import { describe, expect, it, vi } from 'vitest';
import { doctorCommand } from '../../src/commands/doctor.ts';
import { runCommandLine } from '../../src/commands/parse.ts';
import { contextOf } from '../helpers/command-context.ts';

async function refused(...argv: string[]): Promise<string> {
  const { context, told } = contextOf({}, '/nowhere');
  expect(await runCommandLine(argv, context)).toBe(2);
  expect(told.stdout).toBe('');
  return told.stderr;
}

describe('a command line that cannot be read is refused with how the command is called', () => {
  const run =
    '\n  rampart run <scenario> (example: rampart run scenarios/quickstart.yaml); rampart run --help lists its flags.\n';

  it.each([
    ['flags that it does not have, all at once', ['--fooo', 'x', '--bar=1', '--fooo'], 'run has no --fooo, --bar'],
    ['no argument', [], 'arguments are missing: got 0, expected 1'],
    ['an argument too many', ['a.yaml', 'b.yaml'], 'one argument too many: b.yaml'],
    ['a flag without its value', ['a.yaml', '--out'], '--out wants a value'],
  ])('%s', async (_, argv, message) => {
    expect(await refused('run', ...argv)).toBe(`rampart: ${message}${run}`);
  });

  it('values that are no choices, all at once', async () => {
    expect(await refused('gate', '--profile', 'big', '--on-inconclusive', 'shrug')).toContain(
      'not one of its choices:\n  --profile: got "big", expected one of "pr", "release"\n  --on-inconclusive: got "shrug", expected one of "fail", "warn", "pass"\n',
    );
    expect(await refused('schema', 'nix')).toContain('\n  which: got "nix", expected one of "scenario", ');
  });
});

describe('a command with subcommands', () => {
  it('has them in its help, and each has its own', async () => {
    const { context, told } = contextOf({});
    expect(await runCommandLine(['profiles', '--help'], context)).toBe(0);
    expect(told.stdout).toMatch(/\nrampart profiles list +Which/);
    expect(await runCommandLine(['profiles', 'list', '--help'], context)).toBe(0);
    expect(told.stdout).toContain('\nrampart profiles list <inputs..>\n');
  });

  it('says of a word that is none of them what there is', async () => {
    expect(await refused('profiles', 'tpo')).toMatch(
      /^rampart: tpo is neither a subcommand of profiles \(list[\w, ]*\) nor the directory of a run\n/,
    );
    expect(await refused('profiles', 'list', 'x', '--fooo')).toMatch(
      /^rampart: profiles list has no --fooo\n {2}rampart profiles list <inputs\.\.> /,
    );
  });

  it('takes for a directory what is none of them', async () => {
    expect(await refused('profiles', './list')).toContain('/nowhere/list: holds no run');
    expect(await refused('profiles')).toContain('arguments are missing');
  });
});

it('a command line without a known command is told the nearest one', async () => {
  const hint = '\n  rampart --help lists the commands, rampart <command> --help its flags.\n';
  expect(await refused()).toBe(`rampart: a command is missing${hint}`);
  expect(await refused('rnu', 'x')).toBe(`rampart: rnu is not a command. Did you mean run?${hint}`);
});

it('tells a failure that nobody foresaw as a bug of its own: exit 70, with its stack', async () => {
  const { context, told } = contextOf({});
  const spy = vi.spyOn(doctorCommand, 'run').mockRejectedValue(new TypeError('nothing is undefined'));
  expect(await runCommandLine(['doctor'], context)).toBe(70);
  spy.mockRestore();
  expect(told.stderr).toContain('parse.test.ts');
  expect(told.stderr).toContain('rampart: a bug in rampart: nothing is undefined');
});
