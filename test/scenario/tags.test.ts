/** `tags:` of a scenario and `--tag`, to what a run is called by. */
import { describe, expect, it } from 'vitest';
import { overridesOf } from '../../src/commands/scenario-flags.ts';
import type { Override } from '../../src/scenario/load-scenario.ts';
import { loadScenario } from '../../src/scenario/load-scenario.ts';
import { argsOf } from '../helpers/command-context.ts';
import { knownWith } from '../helpers/known-kinds.ts';

const rest = `topology: { engine: external }
target: { url: "http://127.0.0.1:1/" }
load: { steps: [{ rate: 5/s, for: 1s }] }
`;
const read = (tags: string, overrides: readonly Override[] = []) =>
  loadScenario({ file: 'r.yaml', text: `name: r\n${tags}\n${rest}`, overrides, known: knownWith() });
const flags = (...tag: string[]) => overridesOf(argsOf({ tag }));

describe('tags', () => {
  it('are the texts that were written, whatever YAML makes of them', () => {
    const { scenario } = read('tags: { release: 1.10, pr: 0x1f, main: true, on: 2026-01-31, team: shop }');
    expect(scenario.tags).toEqual({ release: '1.10', pr: '0x1f', main: 'true', on: '2026-01-31', team: 'shop' });
  });

  it('of the command line stand over those of the file', () => {
    const { scenario, text } = read('tags: { release: "1.4", team: shop }', flags('release=1.5', 'note=a=b'));
    expect(scenario.tags).toEqual({ release: '1.5', team: 'shop', note: 'a=b' });
    expect(text).toContain('note: a=b');
  });

  it('are there without any in the file, and absent without any at all', () => {
    expect(read('', flags('release=1.10')).scenario.tags).toEqual({ release: '1.10' });
    expect('tags' in read('').scenario).toBe(false);
  });

  it('that are none are refused with their places, all at once', () => {
    const message = messageOf(() => read('tags:\n  git-sha: abc\n  step: x\n  note: ""\n  deep: { a: 1 }'));
    expect(message.split('\n')).toEqual([
      expect.stringMatching(/^r\.yaml:\d+:\d+ tags\.deep must be a text or a number, got a map/),
    ]);
    expect(messageOf(() => read('tags:\n  git-sha: abc\n  step: x\n  note: ""')).split('\n')).toEqual([
      expect.stringMatching(/^r\.yaml:3:\d+ tags\.git-sha must be named with letters/),
      expect.stringMatching(/^r\.yaml:4:\d+ tags\.step is a label that metrics have already/),
      expect.stringMatching(/^r\.yaml:5:\d+ tags\.note must be text of 1 to 200 characters/),
    ]);
    expect(messageOf(() => read('tags: [a]'))).toMatch(/tags must be a map of tags, got a list/);
  });

  it('are not too many', () => {
    const many = Array.from({ length: 33 }, (_, index) => `t${index}: x`).join(', ');
    expect(messageOf(() => read(`tags: { ${many} }`))).toContain('tags must be at most 32 tags, got 33');
  });
});

describe('--tag', () => {
  it('is refused in any other form, all at once', () => {
    const message = messageOf(() => flags('release', '=x', 'git-sha=1', 'run=1', 'note=', 'a=1', 'a=2', 'b=1', 'b=1'));
    expect(message.split('\n')).toEqual([
      '--tag must have the form NAME=VALUE (example: --tag release=1.5), got "release"',
      '--tag must have the form NAME=VALUE (example: --tag release=1.5), got "=x"',
      expect.stringMatching(/^--tag git-sha must be named with letters/),
      expect.stringMatching(/^--tag run is a label that metrics have already/),
      expect.stringMatching(/^--tag note must be text of 1 to 200 characters/),
      '--tag a is given twice, with "1" and "2"',
    ]);
  });
});

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error('nothing was refused');
}
