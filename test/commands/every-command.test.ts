/** What every command does alike with words that are for none of them in particular. */
import { describe, expect, it } from 'vitest';
import { calledCommands } from '../../src/commands/all.ts';
import type { Command } from '../../src/commands/command.ts';
import { runCommandLine } from '../../src/commands/parse.ts';
import { flagsOf } from '../../src/commands/shell/common-flags.ts';
import { positionalsOf } from '../../src/commands/shell/positionals.ts';
import { expandShell, readShell } from '../../src/topology/command/shell-line.ts';
import { contextOf } from '../helpers/command-context.ts';
import { commandLineMistake } from '../helpers/command-line-mistake.ts';

const called = [...(await calledCommands())].map(([name, command]) => ({ name, command }));

async function typed(words: readonly string[], columns = 80) {
  const { context, told } = contextOf({}, '/nowhere');
  const code = await runCommandLine(words, { ...context, columns });
  return { code, ...told };
}

const argumentsOf = ({ positionals, options }: Command) =>
  positionalsOf(positionals)
    .filter(({ isRequired }) => isRequired)
    .map(({ name }) => options[name]?.choices?.[0] ?? 'x');

describe.each(called)('rampart $name', ({ name, command }) => {
  const words = name.split(' ');

  it('has help by -h, --help and help, at 80 columns', async () => {
    const { code, stdout, stderr } = await typed([...words, '-h']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(await typed([...words, '--help'])).toMatchObject({ stdout });
    expect(await typed(['help', ...words])).toMatchObject({ stdout });
    expect(stdout.split('\n').filter((line) => line.length > 80 && !/^ {2}rampart |^ {4}-/.test(line))).toEqual([]);
    for (const flag of flagsOf(command).keys()) expect(stdout).toContain(`--${flag}`);
  });

  it('has examples that it reads', async () => {
    expect(command.examples.length).toBeGreaterThan(0);
    for (const [line] of command.examples) {
      const [parsed] = readShell(line.replace(/^.* \| (?=rampart )/, '').replace(/ [>|].*$/, ''));
      const read = parsed ? expandShell(parsed.words, { lookup: (each) => each }).words : [];
      expect(read.slice(0, 1), line).toEqual(['rampart']);
      expect(await commandLineMistake(read.slice(1)), line).toBeUndefined();
    }
  });

  it('refuses a flag that it does not have, beside its arguments', async () => {
    const { code, stdout, stderr } = await typed([...words, ...argumentsOf(command), '--no-such-flag']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      new RegExp(`^rampart: ${name} has no --no-such-flag\\n {2}rampart ${name} ?.*--help lists its flags`),
    );
  });

  it('refuses to go without what it must have, and more than it can take', async () => {
    const wanted = argumentsOf(command);
    if (wanted.length > 0) {
      const { code, stderr } = await typed([...words, ...wanted.slice(1)]);
      expect(code).toBe(2);
      expect(stderr).toMatch(new RegExp(`^rampart: (${name} wants .* is missing|\\w+ must be)`));
    }
    if (!command.positionals.includes('..')) {
      const { code, stderr } = await typed([...words, ...wanted, 'y', 'z']);
      expect(code).toBe(2);
      expect(stderr).toMatch(new RegExp(`^rampart: ${name} takes (no arguments|only .*), got also .*"z"`));
    }
  });

  it('has flags whose letters are theirs alone', () => {
    const letters = [...flagsOf(command).values()].flatMap(({ short }) => short ?? []);
    expect(letters).toEqual([...new Set(letters)]);
    expect(command.options).not.toHaveProperty('help');
    expect(command.options).not.toHaveProperty('quiet');
  });

  it.each(
    [...flagsOf(command)].filter(
      ([, { type, mayBeEmpty, positional }]) => type === 'string' && !mayBeEmpty && !positional,
    ),
  )('refuses --%s without a value, and with an empty one', async (flag, { alone }) => {
    if (alone === undefined)
      expect((await typed([...words, ...argumentsOf(command), `--${flag}`])).stderr).toContain(
        `--${flag} wants a value`,
      );
    const { code, stderr } = await typed([...words, ...argumentsOf(command), `--${flag}=`]);
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`--${flag} must .*, got ""`));
  });
});
