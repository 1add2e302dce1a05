/** What holds for every sampler, over a live Go service. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { Sampler, SamplerContext } from '../../src/model/contracts.ts';
import type { Sample } from '../../src/model/sample.ts';
import { seriesInfo } from '../../src/model/series.ts';
import type { LogLine, Target } from '../../src/model/topology.ts';
import { samplers } from '../../src/registry.ts';
import { testRun } from '../helpers/run-context.ts';

/** What a user writes for each, and series that a Go 1.26 service under no load must have. */
const expected: Readonly<Record<string, { readonly written: unknown; readonly series: readonly string[] }>> = {
  schedtrace: {
    written: '100ms',
    series: ['sched.gomaxprocs', 'sched.runqueue', 'sched.local_runqueue_total', 'sched.switches_per_second'],
  },
  gctrace: { written: true, series: ['gc.cycles', 'gc.pause_ms', 'gc.heap_live_mib', 'gc.heap_goal_mib'] },
  goroutines: { written: '500ms', series: ['goroutines.total', 'goroutines.waiting.IO wait'] },
  metrics: {
    written: '250ms',
    series: ['go.goroutines', 'go.process_cpu_percent', 'go.resident_memory_bytes', 'go.alloc_bytes_per_second'],
  },
  profiles: {
    written: { cpu: '1s' },
    series: ['cpu profile', 'heap profile', 'mutex profile', 'block profile'],
  },
  trace: { written: { window: '500ms', every: '1s' }, series: ['trace window'] },
  containers: {
    written: '1s',
    series: [
      'container.cpu_percent',
      'container.memory_mib',
      'proc.threads',
      'proc.open_fds',
      'proc.fd_limit',
      'proc.cpu_user_percent',
      'proc.cpu_system_percent',
      'proc.run_delay_percent',
      'proc.voluntary_switches_per_second',
      'proc.involuntary_switches_per_second',
      'proc.major_faults_per_second',
      'proc.read_kib_s',
      'proc.write_kib_s',
      'sock.established',
      'sock.time_wait',
      'sock.time_wait_clients',
      'sock.syn_sent',
      'sock.close_wait',
      'sock.accept_queue',
      'sock.accept_queue_limit',
      'net.dials_per_second',
      'net.failed_dials_per_second',
      'net.accepts_per_second',
      'net.retransmits_per_second',
      'net.listen_overflows_per_second',
      'host.idle_percent',
      'host.runnable',
      'host.cores',
    ],
  },
};

const compose = fileURLToPath(new URL('../../compose', import.meta.url));
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rampart-sampler-'));
  await promisify(execFile)('go', ['build', '-o', join(folder, 'service'), './downstream'], { cwd: compose });
}, 120_000);

afterAll(() => rm(folder, { recursive: true }));

interface Service {
  readonly target: Target;
  readonly listeners: Set<(line: LogLine) => void>;
  kill(): Promise<void>;
}

/** The downstream service on free ports, with its log lines as a topology would give them. */
async function startService(goDebug: readonly string[], clock: SamplerContext['clock']): Promise<Service> {
  const listeners = new Set<(line: LogLine) => void>();
  const env = { LISTEN_ADDR: '127.0.0.1:0', PPROF_ADDR: '127.0.0.1:0', GODEBUG: goDebug.join(',') };
  const child = spawn(join(folder, 'service'), { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines = { stdout: createInterface(child.stdout), stderr: createInterface(child.stderr) };
  for (const stream of ['stdout', 'stderr'] as const) {
    lines[stream].on('line', (text) => {
      for (const listener of listeners) listener({ atUs: clock.nowUs(), target: 'downstream-1', stream, text });
    });
  }
  const admin = await new Promise<string>((resolve) => {
    for (const stream of Object.values(lines)) {
      stream.on('line', (text) => {
        const found = /"admin":"([^"]+)"/.exec(text)?.[1];
        if (found !== undefined) resolve(found);
      });
    }
  });
  const closed = once(child, 'close');
  return {
    target: {
      id: 'downstream-1',
      service: 'downstream',
      ports: {},
      pid: child.pid,
      pprofUrl: `http://${admin}/debug/pprof`,
      metricsUrl: `http://${admin}/metrics`,
    },
    listeners,
    async kill() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

test('every registered sampler is held to the contract', () => {
  expect(samplers.map(({ kind }) => kind).sort()).toEqual(Object.keys(expected).sort());
});

/** A clock, and how many wait for it. */
function watched(clock: SamplerContext['clock']): { clock: SamplerContext['clock']; readonly asleep: number } {
  let asleep = 0;
  const sleep: typeof clock.sleep = (ms, signal) => {
    asleep++;
    return clock.sleep(ms, signal).finally(() => asleep--);
  };
  return {
    clock: { ...clock, sleep },
    get asleep() {
      return asleep;
    },
  };
}

describe.concurrent.each(samplers.map((sampler) => [sampler.kind, sampler] as const))(
  '%s',
  (kind, sampler: Sampler) => {
    const { written, series } = expected[kind] ?? { written: undefined, series: [] };

    test('takes what a user writes, refuses nonsense with an example, and can be described to an editor', () => {
      expect(sampler.options.safeParse(written).success).toBe(true);
      expect(sampler.options.safeParse('nonsense').error?.issues[0]?.message).toMatch(/^must be .*\(example: /);
      expect(z.toJSONSchema(sampler.options, { io: 'input' })).toHaveProperty('description');
      expect(sampler.cost).toMatch(/^[A-Z].*\.$/);
    });

    test('emits its series while the service lives, gaps or nothing when it is gone, and nothing after close', async () => {
      const run = testRun();
      const watch = watched(run.context.clock);
      const context = { ...run.context, clock: watch.clock };
      const options = sampler.options.parse(written);
      const service = await startService(sampler.goDebug(options), context.clock);
      const samples: Sample[] = [];
      const seen = () => new Set(samples.flatMap(namesIn));
      const isMissing = (sample: Sample) =>
        sample.kind === 'gap' ||
        ((sample.kind === 'profile' || sample.kind === 'trace') && sample.outcome === 'failed');
      const from = context.clock.nowUs();
      const steps = Array.from({ length: 5 }, (_, n) => ({
        name: `${n}`,
        measure: true,
        startUs: from + n * 3_000_000,
        endUs: from + (n + 1) * 3_000_000,
      }));
      const onLog: SamplerContext['onLog'] = (listener) => {
        service.listeners.add(listener);
        return () => service.listeners.delete(listener);
      };
      const emit = (sample: Sample) => samples.push(sample);
      const targets = [service.target];
      // A load whose steps begin as planned.
      const onLoad: SamplerContext['onLoad'] = (listener) => {
        for (const [step, { startUs }] of steps.entries()) listener({ kind: 'step', step, startUs });
        return () => {};
      };
      const opened = await sampler.open(options, { ...context, targets, steps, onLog, onLoad, emit });
      try {
        await vi.waitFor(
          async () => {
            // A forced cycle, so that there is one to be traced.
            await fetch(`${service.target.pprofUrl}/heap?gc=1`).then((answer) => answer.arrayBuffer());
            expect([...seen()]).toEqual(expect.arrayContaining([...series]));
          },
          { timeout: 50_000, interval: 100 },
        );
      } finally {
        await service.kill();
      }
      const polls = sampler.goDebug(options).length === 0;
      if (polls) {
        await vi.waitFor(() => expect(samples.some(isMissing)).toBe(true), {
          timeout: 50_000,
        });
      }
      await opened.close();
      // Nobody waits for a moment or for a line any more, and so nothing can come.
      expect({ asleep: watch.asleep, listeners: service.listeners.size }).toEqual({ asleep: 0, listeners: 0 });
      for (const sample of samples) expectWellFormed(sample, kind);
    }, 180_000);
  },
);

function namesIn(sample: Sample): string[] {
  if (sample.kind === 'reading') return Object.keys(sample.values);
  if (sample.kind === 'trace' && sample.outcome === 'ok') return ['trace window'];
  return sample.kind === 'profile' && sample.outcome === 'ok' ? [`${sample.type} profile`] : [];
}

function expectWellFormed(sample: Sample, source: string): void {
  if (sample.kind === 'gap') expect(sample).toMatchObject({ source, message: expect.stringMatching(/\S/) });
  if (sample.kind !== 'reading') return;
  expect(sample.source).toBe(source);
  expect(sample.atUs).toBeGreaterThanOrEqual(0);
  for (const [name, value] of Object.entries(sample.values)) {
    expect(Number.isFinite(value), `${name} is a finite number`).toBe(true);
    expect(seriesInfo(name).unit, `${name} has a unit`).not.toBe('');
  }
}
