/** A closed load whose first step has one late answer: profiles are of the steps as they really ran, and what is of the end waits for it. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import type { Sample } from '../../src/model/sample.ts';
import { profileSampler } from '../../src/samplers/profile-sampler.ts';
import { runSession } from '../../src/session/run-session.ts';
import { scenario } from '../helpers/raw-run.ts';
import { testRun } from '../helpers/run-context.ts';
import { builtEngine } from '../load/built-engines.ts';

const lateMs = 5000;
const options = {
  cpuMs: 1000,
  heap: true,
  gc: false,
  mutex: false,
  block: false,
  goroutineleak: true,
  dump: true,
  trace: undefined,
};

it('moves profiles with the steps', async () => {
  let requests = 0;
  const server = createServer((request, response) => {
    const seconds = request.url?.includes('seconds=1') ? 1000 : 2;
    const isLate = request.url === '/' && requests++ === 0;
    setTimeout(() => response.end('x'), isLate ? lateMs : seconds);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const samples: Sample[] = [];
  const steps = ['one', 'two', 'three'].map((name) => ({
    name,
    shape: { kind: 'closed' as const, connections: 2 },
    durationMs: 2500,
    measure: true,
  }));
  const load = { ...scenario.load, mode: 'closed', maxConnections: 2, idleMs: 0, steps };
  const outcome = await runSession(
    {
      up: async () => ({
        engine: 'fake',
        targets: [{ id: 'a', service: 'a', ports: {}, pprofUrl: `${url}/debug/pprof` }],
        warnings: [],
        facts: {},
        onLog: () => () => {},
        onChange: () => () => {},
        down: async () => {},
      }),
      load: { scenario: { ...scenario, target: { url }, load }, engine: await builtEngine('closed') },
      samplers: [{ sampler: profileSampler, options }],
      onReady: async () => [{ kind: 'fake', accept: (sample) => samples.push(sample), close: async () => {} }],
    },
    testRun().context,
  );
  server.closeAllConnections();
  server.close();
  expect(outcome).toMatchObject({ status: 'complete' });
  const starts = samples.flatMap((sample) => (sample.kind === 'step' ? [sample.startUs] : []));
  const endUs = samples.flatMap((sample) => (sample.kind === 'end' ? [sample.drainedUs] : []))[0] ?? 0;
  const edges = [...starts, endUs];
  expect(starts).toHaveLength(3);
  expect((edges[1] ?? 0) - (edges[0] ?? 0)).toBeGreaterThanOrEqual(lateMs * 1000);
  const profiles = samples.flatMap((sample) => (sample.kind === 'profile' ? [sample] : []));
  expect(profiles.map(({ type, step }) => `${type} ${step}`)).toEqual([
    'heap -1',
    'cpu 0',
    'heap 0',
    'cpu 1',
    'heap 1',
    'cpu 2',
    'heap 2',
    'goroutineleak 2',
    'dump 2',
  ]);
  for (const { type, step, outcome, message, atUs, untilUs } of profiles) {
    const about = `${type} ${step} ${message}`;
    // A machine may be too busy for it, which is told then.
    if (type === 'cpu' && outcome === 'left out') continue;
    expect(outcome, about).toBe('ok');
    expect(atUs, about).toBeGreaterThanOrEqual(edges[type === 'cpu' ? step : step + 1] ?? 0);
    if (step < 2) expect(untilUs, about).toBeLessThan(edges[type === 'cpu' ? step + 1 : step + 2] ?? 0);
  }
});
