/** What shells complete with the scripts that rampart prints, in the shells that are here. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { calledCommands } from '../../../src/commands/all.ts';
import { runCommandLine } from '../../../src/commands/parse.ts';
import { contextOf } from '../../helpers/command-context.ts';

/** Whether it is here; where the programs of others are mandatory, it must be. */
function has(shell: string): boolean {
  if (process.env.RAMPART_REQUIRE_PROGRAMS) return true;
  try {
    execFileSync(shell, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

// The scripts name every command: to load them all is no part of what is tried here.
await calledCommands();

let folder: string;
const scripts = { bash: '', zsh: '', fish: '' };
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rampart-completion-'));
  writeFileSync(join(folder, 'ramp.yaml'), '');
  mkdirSync(join(folder, 'runs'));
  for (const shell of ['bash', 'zsh', 'fish'] as const) {
    const { context, told } = contextOf({});
    expect(await runCommandLine(['completion', shell], context)).toBe(0);
    scripts[shell] = join(folder, `completion.${shell}`);
    writeFileSync(scripts[shell], told.stdout);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (command: string, args: readonly string[]) =>
  execFileSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    timeout: 50_000,
    env: { PATH: process.env.PATH, HOME: folder },
  })
    .split('\n')
    .filter((line) => line !== '');

/** As Readline calls it: words are parted at = too, and without words of its own files are taken. */
function inBash(line: string): string[] {
  const words = line.split(/(?<==)|(?==)| /);
  const quoted = words.map((word) => `'${word}'`).join(' ');
  const call = `source ${scripts.bash}; COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _rampart; printf '%s\\n' "\${COMPREPLY[@]}"; complete -p rampart`;
  const found = run('bash', ['--norc', '-c', call]);
  expect(found.at(-1)).toBe('complete -o default -F _rampart rampart');
  return found.slice(0, -1);
}

/** With descriptions behind a tab. */
function inFish(line: string): string[] {
  return run('fish', ['--no-config', '-c', `source ${scripts.fish}; complete -C '${line}'`]).map(
    (each) => each.split('\t')[0] ?? '',
  );
}

const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['rampart ', ['run', 'check', 'gate', 'help'], ['--engine']],
  ['rampart ca', ['capacity', 'calibrate'], ['run']],
  ['rampart run --en', ['--engine', '--env'], ['--out']],
  ['rampart run x.yaml --engine ', ['auto', 'compose', 'process', 'external'], ['gate']],
  ['rampart run x.yaml --engine=pro', ['process'], ['compose']],
  ['rampart profiles ', ['top', 'diff', 'flame'], ['gate']],
  ['rampart profiles top --t', ['--type', '--target'], ['--scale']],
  ['rampart schema ', ['scenario', 'result'], ['run']],
  ['rampart gate x.yaml --on-same ', ['pass', 'fail'], ['warn']],
  ['rampart help co', ['compare', 'completion'], ['run']],
];

/** What a shell shows of a choice that is joined to its flag. */
const bare = (word: string) => word.replace(/^--engine=/, '');

describe.runIf(has('bash'))('bash', () => {
  it.each(cases)('completes %j', (line, expected, others) => {
    const found = inBash(line);
    expect(found).toEqual(expect.arrayContaining([...expected]));
    expect(found.filter((word) => others.includes(word))).toEqual([]);
  });

  it.each(['rampart run ', 'rampart run x.yaml --out ', 'rampart run -o ra', 'rampart check a.yaml '])(
    'leaves %j to the names of files',
    (line) => {
      expect(inBash(line)).toEqual([]);
    },
  );
});

describe.runIf(has('fish'))('fish', () => {
  it.each(cases)('completes %j', (line, expected, others) => {
    const found = inFish(line).map(bare);
    expect(found).toEqual(expect.arrayContaining([...expected]));
    expect(found.filter((word) => others.includes(word))).toEqual([]);
  });

  it('completes files where files are taken', () => {
    expect(inFish('rampart run ')).toEqual(expect.arrayContaining(['ramp.yaml', 'runs/']));
    expect(inFish('rampart run x --out ')).toContain('runs/');
    expect(inFish('rampart schema ')).not.toContain('ramp.yaml');
  });
});

describe.runIf(has('zsh'))('zsh', () => {
  it('takes the script, sourced and as a file of its path, for rampart', () => {
    const setUp = 'autoload -U compinit; compinit -u -D';
    const sourced = `${setUp}; source ${scripts.zsh}; print $_comps[rampart]`;
    expect(run('zsh', ['-f', '-c', sourced])).toEqual(['_rampart']);
    const asFile = `cp ${scripts.zsh} _rampart; fpath=($PWD $fpath); ${setUp}; print $_comps[rampart]`;
    expect(run('zsh', ['-f', '-c', asFile])).toEqual(['_rampart']);
  });
});
