import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { selfCheckPath, storeSelfCheck } from '../../src/archive/self-check-file.ts';
import { publishSelfCheck, selfCheckText } from '../../src/commands/gate/self-check-output.ts';
import { readingOf, requireSelfCheck } from '../../src/experiments/self-check.ts';
import { machineFacts } from '../../src/host/machine.ts';
import type { Gate } from '../../src/model/gate.ts';
import type { TrialRound } from '../../src/model/gate-input.ts';
import { contextOf } from '../helpers/command-context.ts';
import { keptGate } from '../helpers/gate.ts';
import { gateRounds } from '../helpers/trial-rounds.ts';

const planned = { looks: [8, 12, 16], roundMs: 90_000 };

function selfGate(rounds: ReturnType<typeof gateRounds>): Gate {
  const gate = keptGate(rounds, { looks: [8] });
  return {
    ...gate,
    scenario: { name: 'ramp', seed: 1, digest: 'abc' },
    machine: machineFacts(),
    selfCheck: planned,
    arms: { baseline: gate.arms.baseline, candidate: gate.arms.baseline },
  };
}

/** A round whose candidate says nothing. */
const invalidRound = (round: TrialRound): TrialRound => {
  const { candidate } = round.arms;
  const invalid = [{ code: 'generator-late', message: 'the generator itself was late' }];
  return candidate ? { ...round, arms: { ...round.arms, candidate: { ...candidate, invalid } } } : round;
};
const disturbed = Array.from({ length: 24 }, () => ({ p99Us: 2000, isDisturbed: true }));

let env: { XDG_CACHE_HOME: string };
let said: string[];

beforeEach(() => {
  env = { XDG_CACHE_HOME: mkdtempSync(join(tmpdir(), 'rampart-cache-')) };
  said = [];
});

afterEach(() => rmSync(env.XDG_CACHE_HOME, { recursive: true }));

const keep = (rounds: ReturnType<typeof gateRounds>) => storeSelfCheck(env, readingOf(selfGate(rounds), planned));

async function heed(change: { digest?: string; isAdvisory?: boolean; planned?: number } = {}) {
  const log = { info: (text: string) => said.push(text), warn: (text: string) => said.push(`warning: ${text}`) };
  const { digest = 'abc', ...rest } = change;
  await requireSelfCheck(
    { scenario: { name: 'ramp', digest }, planned: 16, file: '/w/ramp.yaml', isAdvisory: false, ...rest },
    { env, log, cwd: '/w' } as unknown as Parameters<typeof requireSelfCheck>[1],
  );
  return said.join('\n');
}

it('shows a row for each column and what a gate needs', () => {
  const gate = selfGate(gateRounds(8));
  const text = selfCheckText(readingOf(gate, planned), gate);
  expect(text).toContain('PASSED  ramp: v1 (0123456) against itself, 8 rounds');
  expect(text).toMatch(/spread of rounds +8 rounds +12 rounds +16 rounds +rounds for \+10 %/);
  expect(text).toMatch(/p99 at low +±[\d.]+ % +\+[\d.]+ % +\+[\d.]+ % +\+[\d.]+ % +8\n/);
  expect(text).toContain('a gate needs 8 rounds here to show a slowdown of 10 % in any step');
  expect(text).toContain('about 12m');
});

it.each([
  { title: 'one that passed', rounds: gateRounds(8), code: 0, problem: /name="self-check">\n *<system-out>/ },
  {
    title: 'one that failed',
    rounds: gateRounds(8, { high: 0.3 }),
    code: 1,
    problem: /<failure type="failed" message="p99/,
  },
  {
    title: 'one whose runs were invalid',
    rounds: gateRounds(8).map(invalidRound),
    code: 4,
    problem: /<error type="invalid"|<failure type="invalid"/,
  },
  {
    title: 'one that was too disturbed',
    rounds: gateRounds(8, {}, () => ({ windows: disturbed })),
    code: 5,
    problem: /<failure type="noisy"/,
  },
  { title: 'one that was cut short', rounds: gateRounds(4), code: 5, problem: /<failure type="unfinished"/ },
  { title: 'advisory', rounds: gateRounds(8, { high: 0.3 }), code: 0, problem: /<skipped message="advisory, would/ },
])('tells CI servers and jobs of $title', async ({ title, rounds, code, problem }) => {
  const summary = join(env.XDG_CACHE_HOME, 'summary');
  const { context, told } = contextOf({ GITHUB_STEP_SUMMARY: summary });
  const output = { format: 'terminal', junit: undefined, isAdvisory: title === 'advisory' };
  expect(await publishSelfCheck(selfGate(rounds), planned, env.XDG_CACHE_HOME, output, context)).toBe(code);
  expect(readFileSync(join(env.XDG_CACHE_HOME, 'junit.xml'), 'utf8')).toMatch(problem);
  expect(readFileSync(summary, 'utf8')).toContain(told.stdout);
});

it('lets a gate go on, with a word, where none is known or the newest one passed', async () => {
  expect(await heed()).toMatch(/^no self-check .* is known; rampart gate ramp.yaml --self-check/);
  await keep(gateRounds(8));
  expect(await heed()).toContain('the self-check of 2026-01-31 passed');
  expect(await heed({ digest: 'other' })).toContain('no self-check');
});

it('refuses to gate where the newest one did not pass, with the way out, but for a gate whose exit code says nothing', async () => {
  await keep(gateRounds(8));
  await keep(gateRounds(8, { high: 0.3 }));
  await expect(heed()).rejects.toMatchObject({
    exitCode: 5,
    message: expect.stringContaining('showed a difference where there is none: p99 at step high'),
    hint: expect.stringContaining('rampart gate ramp.yaml --self-check'),
  });
  expect(await heed({ isAdvisory: true })).toContain('warning: the self-check of 2026-01-31');
});

it('warns when a gate has fewer rounds than it takes, and when what was kept cannot be read', async () => {
  await keep(gateRounds(8));
  expect(await heed({ planned: 4 })).toMatch(/warning: .* it takes 8 rounds here to show a slowdown of 10 %/);
  writeFileSync(selfCheckPath(env, { scenario: { name: '', digest: 'abc' }, machine: machineFacts() }), '{');
  expect(await heed()).toContain('cannot be read, so no self-check is known');
});
