/** What every sampler does while replicas are killed, brought, and stand still: nothing is missed of what is away, and lives are kept apart. */
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import type { AskedFaults, OpenSampler, SamplerContext } from '../../src/model/contracts.ts';
import type { FaultAction } from '../../src/model/fault.ts';
import type { Sample } from '../../src/model/sample.ts';
import { samplers } from '../../src/registry.ts';
import { processEngine } from '../../src/topology/process-engine.ts';
import { testRun } from '../helpers/run-context.ts';

const compose = fileURLToPath(new URL('../fixtures/services/compose.yaml', import.meta.url));
const written: Readonly<Record<string, unknown>> = {
  profiles: { cpu: '1s' },
  trace: { window: '500ms', every: '1s' },
  gctrace: true,
};
/** Series of a count since the process began, as a rate; a new process begins at zero. */
const isRate = (name: string) => /_per_second$|percent$|kib_s$|throttled/.test(name);

const kill: FaultAction = { kind: 'kill', of: { service: 'back', replica: 1 } };
const pause: FaultAction = { kind: 'pause', of: { service: 'back', replica: 2 } };
const scale: FaultAction = { kind: 'scale', service: 'back', replicas: 3 };

it.skipIf(process.platform !== 'linux')('see each target when it is there, and only then', async () => {
  const run = testRun();
  const { clock, signal } = run.context;
  const faults = [kill, pause, scale].map((action) => ({ name: action.kind, atMs: 0, action }));
  const asked: AskedFaults = { faults, asked: [] };
  const chosen = samplers.map((sampler) => ({
    sampler,
    options: sampler.options.parse(written[sampler.kind] ?? '500ms'),
  }));
  const goDebug = chosen.flatMap(({ sampler, options }) => [...sampler.goDebug(options as never)]);
  const topology = await processEngine.up(
    { engine: 'process', compose, scale: {}, env: {}, readyTimeoutMs: 50_000 },
    goDebug,
    run.context,
    asked,
  );
  const samples: Sample[] = [];
  const open: OpenSampler[] = [];
  try {
    const context: SamplerContext = {
      ...run.context,
      targets: topology.targets,
      steps: [],
      onLog: topology.onLog,
      emit: (sample) => samples.push(sample),
    };
    for (const { sampler, options } of chosen) open.push(await sampler.open(options as never, context));
    const inject = async (action: FaultAction, id?: string) =>
      await topology.faults?.inject(
        action,
        topology.targets.filter((target) => target.id === id),
        signal,
      );
    const sources = ['schedtrace', 'gctrace', 'goroutines', 'containers'];
    const isSeen = (ids: readonly string[], sinceUs: number) =>
      vi.waitFor(
        async () => {
          for (const { id, pprofUrl } of topology.targets.filter((target) => ids.includes(target.id))) {
            // A forced cycle, so that there is one to be traced.
            await fetch(`${pprofUrl}/heap?gc=1`).then((answer) => answer.arrayBuffer());
            const seen = samples.flatMap((one) =>
              one.kind === 'reading' && one.target === id && one.atUs > sinceUs ? [one.source] : [],
            );
            expect(seen, id).toEqual(expect.arrayContaining(sources));
          }
        },
        { timeout: 100_000, interval: 100 },
      );
    await isSeen(['back-1', 'back-2'], 0);
    const killed = await inject(kill, 'back-1');
    const stopped = await inject(pause, 'back-2');
    const awayUs = clock.nowUs();
    await clock.sleep(3000);
    const backUs = clock.nowUs();
    await stopped?.undo?.(signal);
    await killed?.undo?.(signal);
    const readyUs = clock.nowUs();
    const brought = await inject(scale);
    await isSeen(['back-1', 'back-2', 'back-3'], readyUs);
    await brought?.undo?.(signal);
    await clock.sleep(500);
    await Promise.all(open.splice(0).map((sampler) => sampler.close()));

    const of = (id: string) => samples.filter((sample) => 'target' in sample && sample.target === id);
    const gaps = ['back-1', 'back-2', 'back-3'].flatMap((id) =>
      of(id).filter(({ kind }) => kind === 'gap' || kind === 'doubt'),
    );
    // On a busy machine a look may take longer than until the next.
    const usual = /no address of its metrics|^left out: the look before took longer/;
    expect(gaps.filter((gap) => !('message' in gap && usual.test(gap.message ?? '')))).toEqual([]);
    const readings = samples.filter((sample) => sample.kind === 'reading');
    // A look that was under way, and what the host tells of itself, are no looks at what is away. What the runtime
    // prints as soon as it goes on counts in whole milliseconds since it began, so may seem to be a little earlier.
    const isAwayAt = (atUs: number) => atUs > awayUs + 100_000 && atUs < backUs - 10_000;
    for (const id of ['back-1', 'back-2'])
      expect(readings.filter(({ target, atUs }) => target === id && isAwayAt(atUs))).toEqual([]);
    const cores = 64;
    for (const { target, values } of readings.filter(({ target: id }) => id.startsWith('back-')))
      for (const [name, value] of Object.entries(values)) {
        expect(value, `${name} of ${target}`).toBeGreaterThanOrEqual(0);
        if (isRate(name) && name.endsWith('percent')) expect(value, `${name} of ${target}`).toBeLessThan(100 * cores);
      }
    const clocks = samples.filter(
      (sample) => sample.kind === 'clock' && sample.target === 'back-1' && sample.source === 'schedtrace',
    );
    expect(clocks).toHaveLength(2);
  } finally {
    await Promise.all(open.map((sampler) => sampler.close()));
    await topology.down();
  }
});
