import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomScenario } from './random-scenario.ts';
import { differences } from './scenario-fuzz.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rampart-fuzz-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Arrivals are issued every 10 ms by the housekeeping: what is sent is the same. */
const noPacer = () => ({ start: () => {}, stop: () => {} });

describe('what the server saw is what the scenario says', () => {
  it('in random scenarios of every mode', { timeout: 120_000 }, async () => {
    const property = fc.asyncProperty(randomScenario, async (scenario) => {
      expect((await differences(scenario, folder, noPacer)).join('\n')).toBe('');
    });
    await fc.assert(property, { seed: 7, numRuns: 50, endOnFailure: true });
  });
});
