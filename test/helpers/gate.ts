/** A finished gate as its file keeps it, and the report of it, for tests of what it is told as. */
import { gateReport } from '../../src/analysis/gate/report.ts';
import type { defaultGateSettings } from '../../src/analysis/gate/settings.ts';
import { gateVerdict } from '../../src/analysis/gate/verdict.ts';
import { type Gate, gateSchemaVersion } from '../../src/model/gate.ts';
import type { GateReport } from '../../src/model/gate-checks.ts';
import type { GateInput } from '../../src/model/gate-input.ts';
import { gateInput, gateRounds } from './trial-rounds.ts';

/** What `gate.json` holds of these rounds. */
export function keptGate(rounds: GateInput['rounds'], settings: Partial<typeof defaultGateSettings> = {}): Gate {
  const input = { ...gateInput(rounds, settings), isOver: true };
  const state = { name: 'v1', commit: '0123456789', tree: '' };
  return {
    schemaVersion: gateSchemaVersion,
    kind: 'gate',
    id: '20260131-142501-ramp-3fa9-gate',
    startedAt: '2026-01-31T14:25:01.000Z',
    tool: { name: 'rampart', version: '0' },
    scenario: { name: 'ramp', seed: 1 },
    engine: 'process',
    arms: { baseline: state, candidate: { ...state, name: 'v2' } },
    input,
    verdict: gateVerdict(input),
  };
}

/** The report of a gate over as many rounds with the candidate slower by these shares. */
export function reportOf(
  count: number,
  slower: Parameters<typeof gateRounds>[1] = {},
  change: Parameters<typeof gateRounds>[2] = () => ({}),
  settings: Partial<typeof defaultGateSettings> = {},
): GateReport {
  return gateReport(keptGate(gateRounds(count, slower, change), settings), { baseline: 'v1', candidate: 'v2' });
}
