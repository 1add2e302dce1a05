import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Comparison, comparisonSchema } from '../../src/model/comparison.ts';
import { cli, leaveNothing, readResult, startCli, workDirectory } from '../helpers/cli.ts';
import { writeSmallScenario } from '../helpers/small-scenario.ts';
import { typedCommand } from '../helpers/typed-command.ts';

let directory: string;
const fresh = () => {
  const made = workDirectory();
  writeSmallScenario(made, { seconds: 1 });
  return made;
};
beforeEach(() => {
  directory = fresh();
});
leaveNothing();

/** Delays that are long against how late a busy machine sends: an invalid run would be made again, and again. */
const flags = [
  'compare',
  'short.yaml',
  '--engine',
  'process',
  '--vary',
  'downstream.DELAY=150ms,300ms',
  '--rounds',
  '2',
];

function readComparison(place: string): Comparison {
  return comparisonSchema.parse(JSON.parse(readFileSync(join(place, 'comparison.json'), 'utf8')));
}

/** One comparison that is interrupted, killed and finished: each test goes on where the one before has ended. */
describe('a comparison', () => {
  const home = fresh();
  const place = join(home, 'c');

  it('stops when the user interrupts it and says how to go on', async () => {
    const run = startCli([...flags, '--out', 'c'], home);
    await run.sees('round 2 of 2');
    run.child.kill('SIGINT');
    const { code, stderr } = await run.end;
    expect(code).toBe(130);
    expect(stderr).toContain('2 rounds of 2 variants are 4 runs of about');
    expect(stderr).toContain('2 rounds can show nothing, however large a difference is: that takes 6');
    expect(stderr).toMatch(/interrupted after \d runs, which are kept: the same command with --out c goes on/);
  });

  it('is not gone on with as another one', async () => {
    const others = ['--vary', 'downstream.DELAY=150ms,9ms', '--out', 'c'];
    const { code, stderr } = await typedCommand(['compare', 'short.yaml', '--engine', 'process', ...others], home);
    expect(code).toBe(2);
    expect(stderr).toContain('its variants are DELAY=150ms DELAY=300ms, these are DELAY=150ms DELAY=9ms');
  });

  it('goes on after it was killed, with the runs that had ended', async () => {
    const kept = readComparison(place).runs;
    expect(kept.length).toBeGreaterThanOrEqual(2);
    const killed = startCli([...flags, '--out', 'c'], home);
    await killed.sees('round 2 of 2');
    killed.child.kill('SIGKILL');
    await killed.end;

    const { code, stderr } = await cli([...flags, '--out', 'c'], home);
    // Whether a run was valid is the machine's business: few runs or no good ones, but never a winner.
    expect([4, 5], stderr).toContain(code);
    expect(stderr).toContain(`going on with a comparison that has ${kept.length} runs`);
    const { runs } = readComparison(place);
    expect(runs.slice(0, kept.length)).toEqual(kept);
  });

  it('has run every variant in every round, and kept a report of each run', async () => {
    const { runs, judgement } = readComparison(place);
    expect([...new Set(runs.map(({ round, variant }) => `${round} ${variant}`))].sort()).toEqual(
      [1, 2].flatMap((round) => [`${round} DELAY=150ms`, `${round} DELAY=300ms`]),
    );
    for (const { directory: own, variant } of runs) {
      expect(existsSync(join(place, own, 'report.html')), own).toBe(true);
      const measured = readResult(join(place, own)).steps.filter(({ kind }) => kind === 'measure');
      for (const { responseUs } of measured)
        expect(responseUs.p50).toBeGreaterThan(variant === 'DELAY=150ms' ? 150_000 : 300_000);
    }
    expect(judgement?.outcome).not.toBe('judged');
    for (const { values } of judgement?.summary ?? [])
      expect(Object.keys(values)).toEqual(['p99', 'slow-share', 'throughput', 'cpu', 'memory', 'gc']);
    const again = await typedCommand(['report', 'c', '--json'], home);
    expect(again.code).toBe(judgement?.outcome === 'invalid' ? 4 : 5);
    expect(JSON.parse(again.stdout)).toEqual(readComparison(place));
  });
});

it('ends when a variant does not come up, and names it', async () => {
  const args = ['compare', 'short.yaml', '--engine', 'process', '--vary', 'downstream.DELAY=150ms,soon', '--out', 'c'];
  const { code, stderr } = await cli(args, directory);
  expect(stderr).toMatch(/variant DELAY=soon does not come up: .*DELAY/s);
  expect(code).toBe(3);
});

describe('a comparison that cannot be made', () => {
  it.each([
    ['no variants', [], /short\.yaml: a comparison needs at least two variants, got none/],
    ['one value', ['--vary', 'downstream.DELAY=3ms'], /--vary downstream\.DELAY=3ms names one value/],
    [
      'a service that is not there',
      ['--vary', 'downstrm.GOGC=1,2'],
      /--vary downstrm\.GOGC=1,2 topology\.env\.downstrm is not a service of .*\(services: .*downstream/,
    ],
    [
      'several flags that cannot be read',
      ['--vary', 'GOGC=1,2', '--rounds', '0', '--budget', 'soon', '--scale', 'downstream'],
      /--rounds must be .*\n--budget must be .*\n--scale must have .*\n--vary must have/,
    ],
    [
      'too many',
      ['--vary', 'downstream.GOGC=1,2,3,4', '--vary', 'downstream.GOMAXPROCS=1,2,3,4'],
      /16 variants are too many: 8 rounds of 16 variants are 128 runs of about \d+s each, about \d+m; at most 12/,
    ],
    [
      'a budget in which nothing can be shown',
      ['--vary', 'downstream.GOGC=50,100', '--budget', '30s'],
      /--budget 30s is too short: 6 rounds of 2 variants at about \d+s each take about/,
    ],
    [
      'an expected variant that there is not',
      ['--vary', 'downstream.GOGC=50,100', '--expect', 'GOGC=200'],
      /--expect must name a variant, got "GOGC=200" \(variants: GOGC=50 GOGC=100\)/,
    ],
  ])('is refused before anything is started: %s', async (_, given, message) => {
    const { code, stderr, stdout } = await typedCommand(
      ['compare', 'short.yaml', '--engine', 'process', ...given],
      directory,
    );
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it.each([
    [
      'that set the same',
      'variants: { a: {}, b: { env: { downstream: { DELAY: 3ms } } } }',
      /a and b set the same: there is nothing to compare/,
    ],
    [
      'for Docker only',
      'variants: { a: {}, b: { limits: { downstream: { cpus: 1 } } } }',
      /variants\.b\.limits needs Docker/,
    ],
    [
      'of unknown services',
      'variants: { a: {}, b: { env: { dwnstream: { X: 1 } } } }',
      /short\.yaml:\d+:\d+ variants\.b\.env\.dwnstream is not a service/,
    ],
  ])('is refused before anything is started: variants %s', async (_, text, message) => {
    const file = join(directory, 'short.yaml');
    writeFileSync(file, `${readFileSync(file, 'utf8')}${text}\n`);
    const { code, stderr } = await typedCommand(['compare', 'short.yaml', '--engine', 'process'], directory);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});
