/** Fuzzes what goes over the wire against what the scenario says: `npm run fuzz:scenario -- --runs N --seed S`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { startMetronome } from '../../../src/load/pacing/metronome.ts';
import { randomScenario } from './random-scenario.ts';
import { differences } from './scenario-fuzz.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '300' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
});
const folder = await mkdtemp(join(tmpdir(), 'rampart-fuzz-'));
const metronome = await startMetronome();
const property = fc.asyncProperty(randomScenario, async (scenario) => {
  const found = await differences(scenario, folder, metronome.pacer);
  if (found.length > 0) throw new Error(found.join('\n'));
});
const seed = Number(values.seed);
const result = await fc.check(property, { seed, numRuns: Number(values.runs) });
metronome.stop();
await rm(folder, { recursive: true });
console.log(
  `seed ${seed}: ${result.numRuns} scenarios, ${result.failed ? fc.defaultReportMessage(result) : 'no difference'}`,
);
process.exitCode = result.failed ? 1 : 0;
