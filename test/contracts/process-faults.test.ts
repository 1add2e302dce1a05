/** Faults on local processes: what every engine promises of those that it claims. With containers they are tried before a release. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { FaultAction } from '../../src/model/fault.ts';
import type { ComposeTopology } from '../../src/model/topology-spec.ts';
import { processEngine } from '../../src/topology/process-engine.ts';
import { networkFaults } from '../helpers/network-faults.ts';
import { testRun } from '../helpers/run-context.ts';
import { topologyFaults } from '../helpers/topology-faults.ts';

const isHere = process.platform === 'linux';
topologyFaults(processEngine, isHere);
networkFaults(processEngine, isHere);

describe.skipIf(!isHere)('the network of local processes', () => {
  it('refuses a fault that nobody would meet, before anything is started', async () => {
    const run = testRun();
    const services = fileURLToPath(new URL('../fixtures/services/compose.yaml', import.meta.url));
    const spec: ComposeTopology = { engine: 'auto', compose: services, scale: {}, env: {}, readyTimeoutMs: 50_000 };
    const action: FaultAction = { kind: 'network', to: { service: 'back', replica: 2 }, latencyMs: 50 };
    const faults = [{ name: 'late', atMs: 0, action }];
    await expect(processEngine.up(spec, [], run.context, { faults, asked: [], loadTo: 'front' })).rejects.toThrow(
      /fault "late": no service names back-2/,
    );
  });

  it('does not claim to lose packets', () => {
    expect(processEngine.faultMistake?.({ kind: 'network', to: { service: 'b' }, loss: 0.1 })).toMatch(/^loss: /);
  });
});
