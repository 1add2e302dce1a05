/** A stored baseline made of plain values. */
import type { Baseline } from '../../src/model/baseline.ts';

const commit = '0123456789abcdef0123456789abcdef01234567';

export function storedBaseline(change: Partial<Baseline> = {}): Baseline {
  return {
    schemaVersion: 1,
    kind: 'baseline',
    tool: { name: 'rampart', version: '1.2.3' },
    acceptedAt: '2026-01-31T12:00:00.000Z',
    reason: 'release 1.5',
    from: { kind: 'gate', id: 'g', startedAt: '2026-01-31T11:00:00.000Z', verdict: 'pass' },
    scenario: { name: 'ramp', seed: 1, digest: 'abc' },
    recipe: { arm: commit, name: 'v1.5', commit, tree: 'fed', digest: '123' },
    engine: 'process',
    fingerprint: {
      os: 'Linux 6.1.0-13-amd64',
      cpuModel: 'Xeon',
      cpus: 4,
      memoryBytes: 8e9,
      node: 'v20.20.0',
      go: 'go1.26.0',
      facts: { go: 'go1.26.0' },
    },
    steps: [
      { name: 'low', rps: 500, windowSeconds: 1, p99Us: 2000, rounds: [[1900, 2000, 2100]] },
      { name: 'high', rps: 1000, windowSeconds: 1, p99Us: 4000, rounds: [[4000, 4000, 4000]] },
    ],
    ...change,
  };
}
