import { expect, it } from 'vitest';
import { defaultGateSettings } from '../../../src/analysis/gate/settings.ts';
import type { CommandArgs } from '../../../src/commands/command.ts';
import { budgetOf, gateSettings } from '../../../src/commands/gate/flags.ts';
import { settingsText } from '../../../src/commands/gate/preset.ts';

function argsOf(given: Readonly<Record<string, string | number>>): CommandArgs {
  return {
    string: (name) => given[name] as string | undefined,
    strings: () => [],
    number: (name) => given[name] as number | undefined,
    flag: () => false,
  };
}

function settled(given: Readonly<Record<string, string | number>>) {
  const mistakes: string[] = [];
  const args = argsOf(given);
  const settings = gateSettings(args, defaultGateSettings, mistakes);
  const budgetMs = budgetOf(args, mistakes);
  expect(mistakes).toEqual([]);
  return settingsText(settings, { preset: args.string('profile'), budgetMs });
}

it('presets what a pull request and a release need', () => {
  expect(settled({ profile: 'pr' })).toBe(
    'profile pr: tolerance 5 %; detect 20 %; looks after 8, 12, 16 rounds; budget 30m; at least 12 windows in each step; p99, slow-share, capacity of every measured step; seed 1',
  );
  expect(settled({ profile: 'release' })).toMatch(
    /^profile release: tolerance 2.5 %; detect 10 %; .*budget 60m; at least 20/,
  );
  expect(settled({})).toMatch(/^tolerance 2.5 %; detect 10 %; .*no budget/);
});

it('lets each flag win over it', () => {
  const flags = {
    tolerance: '3%',
    detect: '30%',
    rounds: '9',
    budget: '10m',
    'min-windows': 5,
    seed: 7,
    steps: 'a, b',
  };
  expect(settled({ profile: 'pr', ...flags })).toBe(
    'profile pr: tolerance 3 %; detect 30 %; one look after 9 rounds; budget 10m; at least 5 windows in each step; p99, slow-share, capacity of steps a, b; seed 7',
  );
});
