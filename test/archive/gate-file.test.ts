/** What `gate.json` keeps of a gate, read again. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { gateFile, readGate, writeGate } from '../../src/archive/gate-file.ts';
import { keptGate } from '../helpers/gate.ts';
import { gateRounds } from '../helpers/trial-rounds.ts';

const directory = () => mkdtempSync(join(tmpdir(), 'rampart-gate-'));
const rule = { text: 'p99 < 1s', metric: 'p99', comparison: '<', bound: 1e6, step: 'low' } as const;
const waiver = { metric: 'p99', step: 'high', owner: 'ana', reason: 'bought safety', expires: '2099-01-01' } as const;
const late = (round: number) => (round === 0 ? { lagP99Us: 90_000 } : {});

it.each([
  ['passed', keptGate(gateRounds(8))],
  ['failed', keptGate(gateRounds(8, { high: 0.3 }), { slo: [rule, { ...rule, step: 'x' }] })],
  ['failed, waived', keptGate(gateRounds(8, { high: 0.3 }), { waivers: [waiver] })],
  ['has not looked', keptGate(gateRounds(2))],
  ['can bound nothing yet', keptGate(gateRounds(2), { looks: [2] })],
  ['left a round out', keptGate(gateRounds(9, {}, late))],
  ['is invalid', keptGate(gateRounds(8, {}, () => ({ lagP99Us: 90_000 })))],
  ['has busy steps', keptGate(gateRounds(8, {}, () => ({ utilisation: 0.9 })))],
])('loses nothing of a gate that %s', async (_, gate) => {
  const folder = directory();
  await writeGate(folder, gate);
  expect(await readGate(join(folder, gateFile))).toEqual(gate);
});

it('says of what is no gate where it is wrong', async () => {
  const file = join(directory(), gateFile);
  expect(await readGate(file)).toBeUndefined();
  writeFileSync(file, JSON.stringify({ ...keptGate(gateRounds(2)), verdict: { verdict: 'maybe' } }));
  await expect(readGate(file)).rejects.toThrow(
    /gate\.json: is damaged or of another version of rampart: verdict\.verdict/,
  );
});
