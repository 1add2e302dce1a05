/** The metrics sampler over a live Go service that has no metrics but expvar. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Sample } from '../../src/model/sample.ts';
import { metricsSampler } from '../../src/samplers/metrics-sampler.ts';
import { testRun } from '../helpers/run-context.ts';

const program = fileURLToPath(new URL('../fixtures/goruntime/expvar', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'rampart-expvar-'));
beforeAll(() => {
  execFileSync('go', ['build', '-o', join(folder, 'service'), '.'], { cwd: program });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

test('its heap goal, allocation and GC pauses are read from /debug/vars', async () => {
  const service = spawn(join(folder, 'service'), { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(service.stdout, 'data')) as [Buffer];
  const pprofUrl = `http://${line.toString().trim()}/debug/pprof`;
  const samples: Sample[] = [];
  const { context } = testRun();
  const sampler = await metricsSampler.open(
    { everyMs: 250 },
    {
      ...context,
      targets: [{ id: 'a-1', service: 'a', ports: {}, pprofUrl }],
      steps: [],
      onLog: () => () => undefined,
      emit: (sample) => samples.push(sample),
    },
  );
  try {
    await vi.waitFor(
      async () => {
        // A forced cycle, so that there is a pause to be seen.
        await fetch(`${pprofUrl}/heap?gc=1`).then((answer) => answer.arrayBuffer());
        const readings = samples.flatMap((sample) => (sample.kind === 'reading' ? [sample] : []));
        expect(new Set(readings.map(({ source }) => source))).toEqual(new Set(['expvar']));
        const values = Object.assign({}, ...readings.map((reading) => reading.values)) as Record<string, number>;
        expect(values['go.heap_goal_bytes']).toBeGreaterThanOrEqual(4 * 1024 ** 2);
        expect(values['go.alloc_bytes_per_second']).toBeGreaterThan(0);
        expect(values['go.gc_pause_max_seconds']).toBeGreaterThan(0);
      },
      { timeout: 50_000, interval: 100 },
    );
  } finally {
    await sampler.close();
    service.kill('SIGKILL');
  }
}, 180_000);
