import { describe, expect, it } from 'vitest';
import { startClock } from '../../src/host/clock.ts';
import type { LoadEngine, RunContext, Sampler, Sink, TopologyEngine } from '../../src/model/contracts.ts';
import { environmentError, RampartError } from '../../src/model/errors.ts';
import type { LoadPlan } from '../../src/model/load.ts';
import type { Sample } from '../../src/model/sample.ts';
import type { LogLine, TargetExit } from '../../src/model/topology.ts';
import { runSession, type SessionParts } from '../../src/session/run-session.ts';
import { scenario } from '../helpers/raw-run.ts';

/** A target's lines, as a topology that has printed before anybody listens gives them. */
function createLines() {
  const listeners: ((line: LogLine) => void)[] = [];
  const early: LogLine[] = [];
  return {
    print: (text: string, atUs: number) => {
      const line: LogLine = { atUs, target: 'loadbalancer-1', stream: 'stdout', text };
      if (listeners.length === 0) early.push(line);
      for (const listener of listeners) listener(line);
    },
    onLog: (listener: (line: LogLine) => void) => {
      for (const line of early.splice(0)) listener(line);
      listeners.push(listener);
      return () => undefined;
    },
  };
}

/** A session over engines that write down what happens to them. */
function setUp(change: Partial<SessionParts> = {}) {
  const seen: string[] = [];
  const samples: Sample[] = [];
  const exits = new Set<(exit: TargetExit) => void>();
  const interrupt = new AbortController();
  const topologyEngine: TopologyEngine = {
    kind: 'fake',
    up: async (_, goDebug) => {
      seen.push(`up ${goDebug.join(',')}`);
      return {
        engine: 'fake',
        targets: [{ id: 'loadbalancer-1', service: 'loadbalancer', ports: { '8080': 'http://127.0.0.1:40000' } }],
        warnings: [],
        facts: {},
        onLog: () => () => undefined,
        onExit: (listener) => {
          exits.add(listener);
          return () => exits.delete(listener);
        },
        down: async () => {
          seen.push('down');
        },
      };
    },
  };
  const loadEngine: LoadEngine = {
    kind: 'open',
    pacing: 'open',
    resolutionUs: 1,
    leadMs: 300,
    run: async function* (plan, { signal }) {
      seen.push(`load ${plan.host}:${plan.port}`);
      yield { kind: 'step', step: 0, startUs: plan.startUs };
      for (const exit of exits)
        if (seen.includes('die')) exit({ atUs: 0, target: 'loadbalancer-1', message: 'exit code 2' });
      if (seen.includes('interrupt'))
        interrupt.abort(new RampartError({ code: 'interrupted', message: 'interrupted', exitCode: 130 }));
      yield { kind: 'end', lastDueUs: signal.aborted ? 1 : 2, drainedUs: 3 };
    },
  };
  const sampler: Sampler = {
    kind: 'fake',
    options: {} as Sampler['options'],
    cost: 'nothing',
    goDebug: () => ['schedtrace=1000'],
    open: async (_, { emit }) => {
      seen.push('open');
      emit({ kind: 'reading', atUs: 1, target: 'loadbalancer-1', source: 'fake', values: { x: 1 } });
      return {
        close: async () => {
          seen.push('close');
        },
      };
    },
  };
  const sink: Sink = {
    kind: 'fake',
    accept: (sample) => samples.push(sample),
    close: async () => {
      seen.push('sink closed');
    },
  };
  const parts: SessionParts = {
    scenario: { ...scenario, load: { ...scenario.load, idleMs: 0 } },
    topologyEngine,
    loadEngine,
    samplers: [{ sampler, options: 1 }],
    onReady: async () => [sink],
    ...change,
  };
  const context: RunContext = {
    runId: 'r',
    clock: startClock(),
    signal: interrupt.signal,
    log: { info: () => undefined, warn: () => undefined },
    env: {},
  };
  return { seen, samples, parts, context, interrupt, sampler };
}

describe('runSession', () => {
  it('goes in a straight line and takes everything down', async () => {
    const { parts, context, seen, samples } = setUp();
    expect(await runSession(parts, context)).toMatchObject({ status: 'complete' });
    expect(seen).toEqual(['up schedtrace=1000', 'open', 'load 127.0.0.1:40000', 'close', 'down', 'sink closed']);
    expect(samples.map((sample) => sample.kind)).toEqual(['reading', 'event', 'event', 'step', 'end', 'event']);
  });

  it('lets the topology idle for as long as the scenario says', async () => {
    const startOf = async (idleMs: number) => {
      const { parts, context, samples } = setUp();
      await runSession({ ...parts, scenario: { ...scenario, load: { ...scenario.load, idleMs } } }, context);
      return samples.find((sample) => sample.kind === 'step')?.startUs ?? 0;
    };
    // The first step starts at a whole second of the run's clock.
    expect(await startOf(0)).toBeLessThanOrEqual(1_000_000);
    expect(await startOf(1000)).toBeGreaterThanOrEqual(2_000_000);
  });

  it('logs what targets print from their first byte to their last, and gives samplers what falls in the run', async () => {
    const { parts, context, sampler } = setUp();
    const lines = createLines();
    const topologyEngine: TopologyEngine = {
      kind: 'fake',
      up: async (...given) => {
        lines.print('settings', context.clock.nowUs());
        const topology = await parts.topologyEngine.up(...given);
        const down = async () => {
          lines.print('bye', context.clock.nowUs());
          await topology.down();
        };
        return { ...topology, onLog: lines.onLog, down };
      },
    };
    const sampled: string[] = [];
    const logged: string[] = [];
    const open: Sampler['open'] = async (_, { onLog }) => {
      onLog(({ text }) => sampled.push(text));
      return { close: async () => undefined };
    };
    const onReady: SessionParts['onReady'] = async () => {
      lines.print('ready', context.clock.nowUs());
      const log = ({ text, atUs }: LogLine) => logged.push(`${atUs < 0 ? 'before' : 'in'} ${text}`);
      return [{ kind: 'log', accept: () => undefined, log, close: async () => undefined }];
    };
    await runSession(
      { ...parts, topologyEngine, onReady, samplers: [{ sampler: { ...sampler, open }, options: 1 }] },
      context,
    );
    expect(logged).toEqual(['before settings', 'in ready', 'in bye']);
    expect(sampled).toEqual(['ready', 'bye']);
  });

  it('tells samplers what becomes known of the load', async () => {
    const { parts, context, sampler } = setUp();
    const heard: string[] = [];
    const open: Sampler['open'] = async (_, { onLoad }) => {
      const forget = onLoad?.(({ kind }) => heard.push(kind));
      return { close: async () => forget?.() };
    };
    await runSession({ ...parts, samplers: [{ sampler: { ...sampler, open }, options: 1 }] }, context);
    expect(heard).toEqual(['step', 'end']);
  });

  it('says how many workers share the load out when there are several', async () => {
    const { parts, context, samples } = setUp();
    const workersOf = ({ workers }: LoadPlan) => (workers === 'auto' ? 0 : workers);
    const load = { ...parts.scenario.load, workers: 3 };
    await runSession(
      { ...parts, scenario: { ...parts.scenario, load }, loadEngine: { ...parts.loadEngine, workersOf } },
      context,
    );
    expect(samples).toContainEqual(
      expect.objectContaining({ kind: 'event', event: 'workers', message: '3 workers share the load out' }),
    );
  });

  it('ends early and says who died when a target stops', async () => {
    const { parts, context, seen, samples } = setUp();
    seen.push('die');
    const outcome = await runSession(parts, context);
    expect(outcome).toMatchObject({
      status: 'partial',
      failure: {
        code: 'target-died',
        exitCode: 4,
        message: 'loadbalancer-1 stopped while load was running: exit code 2',
      },
    });
    expect(samples).toContainEqual(expect.objectContaining({ kind: 'event', event: 'exit', target: 'loadbalancer-1' }));
    expect(seen).toContain('down');
  });

  it('keeps what was measured when it is interrupted', async () => {
    const { parts, context, seen } = setUp();
    seen.push('interrupt');
    expect(await runSession(parts, context)).toMatchObject({
      status: 'partial',
      failure: { code: 'interrupted', exitCode: 130 },
    });
    expect(seen.slice(-3)).toEqual(['close', 'down', 'sink closed']);
  });

  it('leaves a gap when a sampler cannot start', async () => {
    const { parts, context, samples, sampler } = setUp();
    const broken = { ...sampler, open: () => Promise.reject(new Error('no such file')) };
    expect(await runSession({ ...parts, samplers: [{ sampler: broken, options: 1 }] }, context)).toMatchObject({
      status: 'complete',
    });
    expect(samples).toContainEqual(
      expect.objectContaining({ kind: 'gap', source: 'fake', message: 'could not start: no such file' }),
    );
  });

  it('starts nothing after an interrupt', async () => {
    const { parts, context, seen, interrupt } = setUp();
    interrupt.abort(new RampartError({ code: 'interrupted', message: 'interrupted', exitCode: 130 }));
    await expect(runSession(parts, context)).rejects.toMatchObject({ code: 'interrupted' });
    expect(seen).toEqual([]);
  });

  it('takes the topology down when the sinks cannot be opened', async () => {
    const { parts, context, seen } = setUp({
      onReady: () => Promise.reject(environmentError('port-taken', 'port 9464 is taken')),
    });
    await expect(runSession(parts, context)).rejects.toMatchObject({ code: 'port-taken' });
    expect(seen).toEqual(['up schedtrace=1000', 'down']);
  });

  it('says which ports a service offers when the target is not among them', async () => {
    const { parts, context } = setUp();
    const asked = { ...parts, scenario: { ...parts.scenario, target: { service: 'loadbalancer', port: 81 } } };
    await expect(runSession(asked, context)).rejects.toThrow(
      'target.port: service loadbalancer has no published port 81; it offers 8080',
    );
  });
});
