import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { capacitySchema } from '../../../src/model/capacity.ts';
import { cli, composeFile, readResult, workDirectory } from '../../helpers/cli.ts';

/** The machine of a test may be busy: the generator is allowed to be late, its verdict is tested elsewhere. */
const scenario = `name: capacity
topology:
  engine: process
  compose: ${composeFile}
  scale: { downstream: 1 }
  env: { downstream: { DELAY: 400ms } }
target: { service: loadbalancer, port: 8080 }
load: { idle: 500ms, timeout: 2s, maxConnections: 20, steps: [{ rate: 20/s, for: 1s }] }
validity: { maxLagP99: 1s, maxLoopShare: 1, maxOwnShare: 1 }
`;

/** Beside each other: they mostly wait for their target. */
describe.concurrent('the search for capacity', () => {
  const directory = workDirectory();
  const search = async (out: string, ...flags: string[]) => {
    const end = await cli(['capacity', 'capacity.yaml', '--out', out, '--probe', '2s', ...flags], directory);
    return { ...end, capacity: read(out) };
  };
  const read = (out: string) =>
    capacitySchema.parse(JSON.parse(readFileSync(join(directory, out, 'capacity.json'), 'utf8')));
  beforeAll(() => writeFileSync(join(directory, 'capacity.yaml'), scenario));

  it('finds what twenty connections to a target of 400 ms can carry: 50 a second', async () => {
    const { code, capacity, stdout } = await search(
      'found',
      '--slo',
      'p50 < 600ms',
      '--precision',
      '50%',
      '--from',
      '40/s',
    );
    expect(capacity.verdict).toBe('found');
    // In a probe of two seconds a rate a little above it has not fallen far behind yet.
    expect(capacity.lowRps).toBeLessThanOrEqual(60);
    expect(capacity.lowRps).toBeGreaterThanOrEqual(30);
    expect(capacity.highRps).toBeGreaterThan(capacity.lowRps);
    expect(stdout).toContain('confirmed; does not hold');
    expect(code).toBe(0);
    const { steps } = readResult(join(directory, 'found'));
    expect(steps.filter(({ kind }) => kind === 'measure').map(({ name }) => name)).toEqual(
      capacity.probes.map(({ step }) => step),
    );
    for (const { load } of steps) {
      expect(load.completed + load.failed + load.timedOut + load.dropped + load.unfinished).toBe(load.planned);
    }
  });

  it('says that nothing was held, and fails', async () => {
    const { code, capacity } = await search('nothing', '--slo', 'rps > 1000/s', '--from', '1/s');
    expect(capacity.verdict).toBe('nothing held');
    expect(code).toBe(1);
  });

  it('cannot tell when the time is over first', async () => {
    const { code, stdout } = await search('short', '--slo', 'p50 < 3s', '--budget', '1s');
    expect(stdout).toContain('the time given was over before the rate was confirmed');
    expect(code).toBe(5);
  });

  it('refuses what it cannot read, all at once', async () => {
    const { code, stderr } = await cli(['capacity', 'capacity.yaml', '--from', 'x', '--precision', '80%'], directory);
    expect(stderr).toContain('--slo is missing');
    expect(stderr).toContain('--from must be a rate (example: --from 500/s), got "x"');
    expect(stderr).toContain('--precision must be');
    expect(code).toBe(2);
  });
});
