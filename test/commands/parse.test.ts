import { describe, expect, it, vi } from 'vitest';
import { doctorCommand } from '../../src/commands/doctor.ts';
import { runCommandLine } from '../../src/commands/parse.ts';
import { exitCodes } from '../../src/model/errors.ts';
import { contextOf } from '../helpers/command-context.ts';

async function refused(...argv: string[]): Promise<string> {
  const { context, told } = contextOf({}, '/nowhere');
  expect(await runCommandLine(argv, context)).toBe(2);
  expect(told.stdout).toBe('');
  return told.stderr;
}

async function printed(...argv: string[]): Promise<string> {
  const { context, told } = contextOf({});
  expect(await runCommandLine(argv, context), told.stderr).toBe(0);
  expect(told.stderr).toBe('');
  return told.stdout;
}

describe('a command line that cannot be read is refused with how the command is called', () => {
  const report =
    '\n  rampart report <directory> (example: rampart report runs/20260131-142501-ramp-3fa9); rampart report --help lists its flags.\n';

  it.each([
    ['flags that it does not have, all at once', ['--fooo', 'x', '--bar=1', '--fooo'], 'report has no --fooo, --bar'],
    ['a flag that is almost one', ['x', '--fromat', 'json'], 'report has no --fromat (did you mean --format?)'],
    ['a letter that stands for none', ['x', '-x'], 'report has no -x'],
    ['no argument', [], 'report wants <directory>, and directory is missing'],
    ['an empty argument', [''], 'directory must not be empty, got ""'],
    ['an argument too many', ['a', 'b', 'c'], 'report takes only <directory>, got also "b", "c"'],
    ['a flag without its value', ['x', '--format'], '--format wants a value, got nothing (example: --format terminal)'],
    ['a value for a flag that takes none', ['x', '--json=yes'], '--json takes no value, got "yes"'],
    [
      'a flag twice',
      ['x', '--format', 'html', '--format=json'],
      '--format takes one value, got "html" and "json": give it once',
    ],
    ['a flag and its contrary', ['x', '--json', '--no-json'], '--json and --no-json exclude each other'],
  ])('%s', async (_, argv, message) => {
    expect(await refused('report', ...argv)).toBe(`rampart: ${message}${report}`);
  });

  it('values that are no choices, all at once, with what was meant', async () => {
    const told = await refused('gate', '--profile', 'big', '--on-inconclusive', 'pas');
    expect(told).toContain(
      '--profile must be pr or release, got "big"\n--on-inconclusive must be fail, warn or pass, got "pas" (did you mean pass?)\n',
    );
    expect(await refused('schema', 'reslt')).toMatch(
      /^rampart: which must be scenario, .*got "reslt" \(did you mean result\?\)/,
    );
  });

  it('what follows a flag that wants a value and is another flag', async () => {
    expect(await refused('run', 'a.yaml', '--out', '--json')).toContain(
      '--out wants a value, got --json (--out DIR; one that begins with a dash is written --out=--json)',
    );
  });

  it('everything that is wrong at once', async () => {
    expect(await refused('run', '--out', '', '--metrics-port=x', '--engine', 'k8s')).toMatch(
      /^rampart: run wants .*\n--engine must be .*\n--out must not be empty.*\n--metrics-port must be a number.*\n {2}rampart run/,
    );
  });

  it('a letter that another tool gives another meaning', async () => {
    expect(await refused('run', 'a.yaml', '-e', 'process')).toContain('the engine is chosen by --engine process');
    expect(await refused('gate', 'a.yaml', '-v')).toContain('gate has no -v (rampart -v prints the version)');
  });
});

describe('a flag that wants a number', () => {
  it.each([
    [['profiles', 'serve', '--port', 'abc'], '--port must be a number, got "abc" (example: --port 10100)'],
    [['profiles', 'serve', '--port='], '--port must be a number, got ""'],
    [['profiles', 'diff', 'a', 'b', '--fail-above', '5%'], '--fail-above must be a number, got "5%"'],
    [
      ['profiles', 'collect', '--jitter', 'much', '--seed=0x1F'],
      '--jitter must be a number, got "much" (--jitter N)\n--seed must',
    ],
    [['run', 'a.yaml', '--metrics-port', '1_000'], '--metrics-port must be a number, got "1_000"'],
    [['gate', 'a.yaml', '--min-windows', 'Infinity'], '--min-windows must be a number, got "Infinity"'],
    [['compare', 'a.yaml', '--rounds', ' 8'], '--rounds must be a number, got " 8"'],
    [['profiles', 'diff', 'a', 'b', '--fail-above', '-5'], '--fail-above must be a percentage from 0, got -5'],
  ])('refuses %j', async (argv, message) => {
    const told = await refused(...argv);
    expect(told).toContain(`rampart: ${message}`);
    expect(told).not.toContain('NaN');
  });

  it('is never false', async () => {
    expect(await refused('profiles', 'serve', '--no-port')).toContain('profiles serve has no --no-port');
    expect(await refused('run', 'a.yaml', '--no-out')).toContain('run has no --no-out');
  });

  it.each([['--rows', '1e1'], ['--rows=+7'], ['--rows', '3', '--cum']])('takes %s %s', async (...words) => {
    expect(await refused('profiles', 'top', '/nowhere/x', ...words)).not.toContain('--rows');
  });
});

describe('a command with subcommands', () => {
  it('has them in its help, and each has its own', async () => {
    expect(await printed('profiles', '--help')).toMatch(/\n {2}profiles list +Which/);
    expect(await printed('profiles', 'list', '--help')).toContain('Usage: rampart profiles list <inputs..> [flags]\n');
    expect(await printed('help', 'profiles', 'list')).toBe(await printed('profiles', 'list', '-h'));
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
    expect(await refused('profiles')).toContain('inputs is missing');
  });
});

describe('help and version', () => {
  it.each([['--help'], ['-h'], ['help'], ['help', '--help']])(
    'of all commands by %s, says how to begin',
    async (...words) => {
      const text = await printed(...words);
      expect(text).toContain('\n  rampart init\n      writes rampart.yaml');
      expect(text).toMatch(/\n {2}gate +Hold two states/);
    },
  );

  it.each([
    ['report', '-h'],
    ['report', '--help', 'x', '--fooo'],
    ['help', 'report'],
    ['-h', 'report'],
  ])('of one by %s, whatever else is wrong', async (...words) => {
    const text = await printed(...words);
    expect(text).toMatch(/^Usage: rampart report <directory> \[flags\]\n/);
    expect(text).toMatch(/\n {6}--format FORM +What stdout shows/);
    expect(text).not.toContain('To begin with');
  });

  it('of a command that there is not are refused with the nearest', async () => {
    expect(await refused('help', 'rnu')).toContain('rnu is not a command (did you mean run?)');
  });

  it.each(['version', '--version', '-v'])('prints the version by %s, and takes nothing beside it', async (word) => {
    expect(await printed(word)).toBe('0\n');
    expect(await refused(word, 'run')).toContain('the version takes no arguments, got run');
  });
});

it('a command line without a known command is told the nearest one', async () => {
  const hint = '\n  rampart --help lists the commands, rampart <command> --help its flags.\n';
  expect(await refused()).toBe(`rampart: a command is missing${hint}`);
  expect(await refused('rnu', 'x')).toBe(`rampart: rnu is not a command (did you mean run?)${hint}`);
  expect(await refused('--json', 'run')).toContain('--json stands before a command: rampart <command> --json');
});

it.each(['http://a:b@127.0.0.1:8080/', 'ramp.yaml'])('sends no load to %s without the word for it', async (word) => {
  const shown = word.replace('a:b@', '…@');
  expect(await refused(word)).toContain(`${shown} is not a command (did you mean rampart run ${shown}?)`);
});

it('is quiet when asked: nothing of what is being done, and all that is wrong', async () => {
  const spy = vi.spyOn(doctorCommand, 'run').mockImplementation(async (_, context) => {
    context.tell('at work\n');
    context.log.info('at work');
    context.log.warn('not well');
    context.complain('it failed\n');
    context.print('result\n');
    return exitCodes.ok;
  });
  const { context, told } = contextOf({});
  expect(await runCommandLine(['doctor', '-q'], context)).toBe(0);
  spy.mockRestore();
  expect(told).toEqual({ stdout: 'result\n', stderr: 'it failed\n', warnings: ['not well'] });
});

it('tells a failure that nobody foresaw as a bug of its own: exit 70, with its stack', async () => {
  const { context, told } = contextOf({});
  const spy = vi.spyOn(doctorCommand, 'run').mockRejectedValue(new TypeError('nothing is undefined'));
  expect(await runCommandLine(['doctor'], context)).toBe(70);
  spy.mockRestore();
  expect(told.stderr).toContain('parse.test.ts');
  expect(told.stderr).toContain('rampart: a bug in rampart: nothing is undefined');
});

it('tells that a disk takes no more, which is no bug: exit 4', async () => {
  const { context, told } = contextOf({});
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  const spy = vi.spyOn(doctorCommand, 'run').mockRejectedValue(full);
  expect(await runCommandLine(['doctor'], context)).toBe(4);
  spy.mockRestore();
  expect(told.stderr).toBe(
    'rampart: the disk takes no more: ENOSPC: no space left on device, write\n  Free space, or name a place on another disk with --out.\n',
  );
});

it('says to who gives compare two runs what shows them beside each other', async () => {
  const { context, told } = contextOf({});
  expect(await runCommandLine(['compare', 'runs/a', 'runs/b'], context)).toBe(2);
  expect(told.stderr).toContain('rampart diff RUN RUN shows runs that are over beside each other');
});
