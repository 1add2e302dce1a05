import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cli, composeFile, readResult, workDirectory } from '../helpers/cli.ts';

const scenario = `name: recorded
topology:
  engine: process
  compose: ${composeFile}
  scale: { downstream: 1 }
  env:
    downstream: { DELAY: 0s, LOCK_HOLD: 20ms }
target: { service: loadbalancer, port: 8080 }
load:
  idle: 500ms
  steps:
    - { name: warm-up, rate: 20/s, for: 1s, measure: false }
    - { name: low, rate: 20/s, for: 9s }
observe:
  trace: { slowest: 1, window: 500ms, every: 1s }
`;

describe('a flight recorder', () => {
  const directory = workDirectory();
  const run = join(directory, 'run');
  beforeAll(async () => {
    writeFileSync(join(directory, 'recorded.yaml'), scenario);
    await cli(['run', 'recorded.yaml', '--out', 'run'], directory);
  }, 120_000);

  it('names the wait that requests of a service have, and whom the service before it waits for', () => {
    const { traces } = readResult(run);
    const of = (service: string) => traces?.steps.find((each) => each.service === service)?.all?.typical?.parts ?? [];
    // Of the 20 ms, less what passes before it waits and after: on a busy machine it is runnable for some of them.
    const held = of('downstream').filter(({ site }) => /holdLock/.test(site));
    expect(held.reduce((sum, { us }) => sum + us, 0)).toBeGreaterThan(15_000);
    expect(of('loadbalancer')[0]).toMatchObject({ what: 'downstream' });
    expect(of('loadbalancer')[0]?.us).toBeGreaterThan(15_000);
  });

  it('joins what the client saw with the requests of the service that it asks, and of no other', () => {
    const { traces } = readResult(run);
    for (const { service, clientWait } of traces?.steps ?? []) {
      if (service !== 'loadbalancer') {
        expect(clientWait, service).toBeUndefined();
        continue;
      }
      const { joined = 0, whole = 0 } = clientWait?.exchanges ?? {};
      expect(joined).toBeGreaterThan(0.8 * whole);
      expect(clientWait?.clock).toEqual({ isSame: true, offsetUs: 0, errorUs: 0 });
      expect(clientWait?.typical?.serviceUs).toBeGreaterThan(15_000);
    }
  });

  it('keeps of each target and step the slowest window and one other, and drops the rest', () => {
    const { traces } = readResult(run);
    for (const { service, windows, targets, step } of traces?.steps ?? []) {
      expect(step).toBe('low');
      expect(windows, service).toMatchObject({ slow: targets.length, ordinary: targets.length });
    }
    const taken = traces?.steps.reduce((sum, { windows }) => sum + windows.taken, 0);
    expect(taken).toBeGreaterThan(traces?.windows.length ?? 0);
    const files = traces?.windows.map(({ file }) => file) ?? [];
    expect(readdirSync(join(run, 'traces')).sort()).toEqual(files.map((file) => file.replace('traces/', '')).sort());
    expect(files.every((file) => existsSync(join(run, file)))).toBe(true);
  });

  it('is read once more when a report is made again', async () => {
    const before = readResult(run).traces;
    await cli(['report', 'run'], directory);
    expect(readResult(run).traces).toEqual(before);
  });
});
