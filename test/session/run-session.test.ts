/** One session over parts that write down what happens to them, with load and without. */
import { describe, expect, it } from 'vitest';
import { startClock } from '../../src/host/clock.ts';
import type { LoadEngine, RunContext, Sampler, Sink } from '../../src/model/contracts.ts';
import { environmentError, incompleteError, RampartError } from '../../src/model/errors.ts';
import type { LoadPlan } from '../../src/model/load.ts';
import type { Sample } from '../../src/model/sample.ts';
import { createSecrets } from '../../src/model/secrets.ts';
import type { LogLine, TargetChange } from '../../src/model/topology.ts';
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

/** A session over parts that write down what happens to them: with load, or a look of 30 ms. */
function setUp(kind: 'load' | 'look', change: Partial<SessionParts> = {}) {
  const seen: string[] = [];
  const samples: Sample[] = [];
  const listeners = new Set<(change: TargetChange) => void>();
  const interrupt = new AbortController();
  const tell = (told: TargetChange) => {
    for (const listener of listeners) listener(told);
  };
  const end = () => interrupt.abort(new RampartError({ code: 'interrupted', message: 'interrupted', exitCode: 130 }));
  const up: SessionParts['up'] = async (goDebug) => {
    seen.push(`up ${goDebug.join(',')}`);
    return {
      engine: 'fake',
      targets: [{ id: 'loadbalancer-1', service: 'loadbalancer', ports: { '8080': 'http://127.0.0.1:40000' } }],
      warnings: [],
      facts: {},
      onLog: () => () => undefined,
      onChange: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      down: async () => {
        seen.push('down');
      },
    };
  };
  const engine: LoadEngine = {
    kind: 'open',
    pacing: 'open',
    resolutionUs: 1,
    leadMs: 300,
    run: async function* (plan, { signal }) {
      seen.push(`load ${plan.host}:${plan.port}`);
      yield { kind: 'step', step: 0, startUs: plan.startUs };
      if (seen.includes('die')) tell(died);
      if (seen.includes('interrupt')) end();
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
  const load = { scenario: { ...scenario, load: { ...scenario.load, idleMs: 0 } }, engine };
  const parts: SessionParts = {
    up,
    ...(kind === 'load' ? { load } : { forMs: 30 }),
    samplers: [{ sampler, options: 1 }],
    onReady: async () => [sink],
    ...change,
  };
  const context: RunContext = {
    runId: 'r',
    clock: startClock(),
    signal: interrupt.signal,
    secrets: createSecrets(),
    log: { info: () => undefined, warn: () => undefined },
    env: {},
  };
  const isUnderWay = () => expect.poll(() => samples.some(({ kind: of }) => of === 'step')).toBe(true);
  return { seen, samples, parts, load, context, sampler, tell, end, isUnderWay };
}

/** An engine whose first step goes on for a moment, as those of real ones do. */
function slowly(engine: LoadEngine): LoadEngine['run'] {
  return async function* (plan, context) {
    for await (const message of engine.run(plan, context)) {
      yield message;
      if (message.kind !== 'step') continue;
      await context.clock.sleep(Math.max(0, (plan.startUs - context.clock.nowUs()) / 1000) + 50, context.signal);
    }
  };
}

const died: TargetChange = { event: 'exit', atUs: 1, target: 'loadbalancer-1', message: 'exit code 2' };

describe.each(['load', 'look'] as const)('a session with a %s', (kind) => {
  it('keeps as a hole in what is known what went unseen while it ran', async () => {
    const { parts, context, samples, tell } = setUp(kind);
    const message = 'the cluster does not answer';
    const onReady: SessionParts['onReady'] = async (ready) => {
      setImmediate(() => {
        const hole = { event: 'unseen', source: 'lines', target: 'loadbalancer-1', message } as const;
        tell({ ...hole, atUs: -2e9, untilUs: -1e9 });
        tell({ ...hole, atUs: -1e9, untilUs: 1e9 });
      });
      return await parts.onReady(ready);
    };
    expect(await runSession({ ...parts, onReady }, context)).toMatchObject({ status: 'complete' });
    const untilUs = expect.any(Number);
    expect(samples.filter(({ kind: each }) => each === 'gap')).toEqual([
      { kind: 'gap', atUs: 0, untilUs, target: 'loadbalancer-1', source: 'lines', message },
    ]);
  });

  it('hears what is told at the last look, before it is taken down', async () => {
    const { parts, context, samples, tell } = setUp(kind);
    const message = 'pods could not be seen at the end';
    const up: SessionParts['up'] = async (...given) => ({
      ...(await parts.up(...given)),
      lastLook: async () => tell({ event: 'unseen', source: 'ends and restarts', atUs: 5, target: 'all', message }),
    });
    await runSession({ ...parts, up }, context);
    expect(samples).toContainEqual(expect.objectContaining({ kind: 'gap', source: 'ends and restarts', message }));
  });

  it('goes in a straight line and takes everything down', async () => {
    const { parts, context, seen } = setUp(kind);
    expect(await runSession(parts, context)).toMatchObject({ status: 'complete' });
    const sent = kind === 'load' ? ['load 127.0.0.1:40000'] : [];
    expect(seen).toEqual(['up schedtrace=1000', 'open', ...sent, 'close', 'down', 'sink closed']);
  });

  it('logs what targets print from their first byte to their last, and gives samplers what falls in the run', async () => {
    const { parts, context, sampler } = setUp(kind);
    const lines = createLines();
    const up: SessionParts['up'] = async (...given) => {
      lines.print('settings', context.clock.nowUs());
      const topology = await parts.up(...given);
      const down = async () => {
        lines.print('bye', context.clock.nowUs());
        await topology.down();
      };
      return { ...topology, onLog: lines.onLog, down };
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
    await runSession({ ...parts, up, onReady, samplers: [{ sampler: { ...sampler, open }, options: 1 }] }, context);
    expect(logged).toEqual(['before settings', 'in ready', 'in bye']);
    expect(sampled).toEqual(['ready', 'bye']);
  });

  it('leaves a gap when a sampler cannot start', async () => {
    const { parts, context, samples, sampler } = setUp(kind);
    const broken = { ...sampler, open: () => Promise.reject(new Error('no such file')) };
    expect(await runSession({ ...parts, samplers: [{ sampler: broken, options: 1 }] }, context)).toMatchObject({
      status: 'complete',
    });
    expect(samples).toContainEqual(
      expect.objectContaining({ kind: 'gap', source: 'fake', message: 'could not start: no such file' }),
    );
  });

  it('is partial when something on this side ends it, such as a full disk', async () => {
    const { parts, context, seen, samples } = setUp(kind);
    const onReady: SessionParts['onReady'] = async (ready) => {
      ready.abort(incompleteError('disk-refused', 'no space'));
      return await parts.onReady(ready);
    };
    expect(await runSession({ ...parts, onReady }, context)).toMatchObject({
      status: 'partial',
      failure: { code: 'disk-refused', exitCode: 4 },
    });
    expect(samples).toContainEqual(expect.objectContaining({ event: 'aborted', message: 'no space' }));
    expect(seen.slice(-3)).toEqual(['close', 'down', 'sink closed']);
  });

  it('starts nothing after an interrupt', async () => {
    const { parts, context, seen, end } = setUp(kind);
    end();
    await expect(runSession(parts, context)).rejects.toMatchObject({ code: 'interrupted' });
    expect(seen).toEqual([]);
  });

  it('takes the topology down when the sinks cannot be opened', async () => {
    const { parts, context, seen } = setUp(kind, {
      onReady: () => Promise.reject(environmentError('port-taken', 'port 9464 is taken')),
    });
    await expect(runSession(parts, context)).rejects.toMatchObject({ code: 'port-taken' });
    expect(seen).toEqual(['up schedtrace=1000', 'down']);
  });
});

describe('a load', () => {
  it('is told of in order, with its phases', async () => {
    const { parts, context, samples } = setUp('load');
    await runSession(parts, context);
    expect(samples.map((sample) => sample.kind)).toEqual(['reading', 'event', 'event', 'step', 'end', 'event']);
    expect(phasesOf(samples)).toEqual(['idle baseline', 'generator gets ready', 'teardown']);
  });

  it('lets the topology idle for as long as the scenario says', async () => {
    const startOf = async (idleMs: number) => {
      const { parts, load, context, samples } = setUp('load');
      const idle = { ...scenario, load: { ...scenario.load, idleMs } };
      await runSession({ ...parts, load: { ...load, scenario: idle } }, context);
      return samples.find((sample) => sample.kind === 'step')?.startUs ?? 0;
    };
    // The first step starts at a whole second of the run's clock.
    expect(await startOf(0)).toBeLessThanOrEqual(1_000_000);
    expect(await startOf(1000)).toBeGreaterThanOrEqual(2_000_000);
  });

  it('is told to samplers as it becomes known', async () => {
    const { parts, context, sampler } = setUp('load');
    const heard: string[] = [];
    const open: Sampler['open'] = async (_, { onLoad }) => {
      const forget = onLoad?.(({ kind }) => heard.push(kind));
      return { close: async () => forget?.() };
    };
    await runSession({ ...parts, samplers: [{ sampler: { ...sampler, open }, options: 1 }] }, context);
    expect(heard).toEqual(['step', 'end']);
  });

  it('says how many workers share it out when there are several', async () => {
    const { parts, load, context, samples } = setUp('load');
    const workersOf = ({ workers }: LoadPlan) => (workers === 'auto' ? 0 : workers);
    const shared = { ...load.scenario, load: { ...load.scenario.load, workers: 3 } };
    await runSession({ ...parts, load: { scenario: shared, engine: { ...load.engine, workersOf } } }, context);
    expect(samples).toContainEqual(
      expect.objectContaining({ kind: 'event', event: 'workers', message: '3 workers share the load out' }),
    );
  });

  it('ends early and says who died when a target stops', async () => {
    const { parts, context, seen, samples } = setUp('load');
    seen.push('die');
    expect(await runSession(parts, context)).toMatchObject({
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
    const { parts, context, seen } = setUp('load');
    seen.push('interrupt');
    expect(await runSession(parts, context)).toMatchObject({
      status: 'partial',
      failure: { code: 'interrupted', exitCode: 130 },
    });
    expect(seen.slice(-3)).toEqual(['close', 'down', 'sink closed']);
  });

  it('has faults taken back when it is over, before samplers end', async () => {
    const { parts, load: sent, context, seen, samples } = setUp('load');
    const up: SessionParts['up'] = async (...given) => ({
      ...(await parts.up(...given)),
      faults: {
        inject: async ({ kind }, targets) => {
          seen.push(`${kind} ${targets.map(({ id }) => id)}`);
          return {
            message: 'killed',
            undo: async () => {
              seen.push('undo');
            },
          };
        },
      },
    });
    const faults = [{ name: 'gone', atMs: 0, action: { kind: 'kill', of: { service: 'loadbalancer' } } } as const];
    seen.push('die');
    const load = { ...sent, engine: { ...sent.engine, run: slowly(sent.engine) } };
    // What stops from then on is an event.
    expect(await runSession({ ...parts, up, load, faults: { faults, seed: 1 } }, context)).toMatchObject({
      status: 'complete',
    });
    expect(seen.slice(1)).toEqual([
      'up schedtrace=1000',
      'open',
      'load 127.0.0.1:40000',
      'kill loadbalancer-1',
      'undo',
      'close',
      'down',
      'sink closed',
    ]);
    expect(samples.flatMap((sample) => (sample.kind === 'fault' ? [[sample.moment, sample.targets]] : []))).toEqual([
      ['begin', ['loadbalancer-1']],
      ['end', ['loadbalancer-1']],
    ]);
    expect(samples).toContainEqual(expect.objectContaining({ kind: 'event', event: 'exit' }));
  });

  it('whose topology can do nothing to itself says so of its faults', async () => {
    const { parts, load: sent, context, samples } = setUp('load');
    const faults = [{ name: 'gone', atMs: 0, action: { kind: 'kill', of: { service: 'loadbalancer' } } } as const];
    const load = { ...sent, engine: { ...sent.engine, run: slowly(sent.engine) } };
    await runSession({ ...parts, load, faults: { faults, seed: 1 } }, context);
    expect(samples).toContainEqual(
      expect.objectContaining({ moment: 'failed', message: 'engine: fake can do nothing to what it runs' }),
    );
  });

  it('cannot go to a port that its service does not offer, and says which it does', async () => {
    const { parts, load, context } = setUp('load');
    const elsewhere = { ...load.scenario, target: { service: 'loadbalancer', port: 81 } };
    await expect(runSession({ ...parts, load: { ...load, scenario: elsewhere } }, context)).rejects.toThrow(
      'target.port: service loadbalancer has no published port 81; it offers 8080',
    );
  });
});

describe('a look', () => {
  it('is one span over all of its time, without any load to hear of', async () => {
    const { parts, context, samples, sampler } = setUp('look');
    const given: Parameters<Sampler['open']>[1][] = [];
    const open: Sampler['open'] = async (options, context_) => {
      given.push(context_);
      return await sampler.open(options, context_);
    };
    await runSession({ ...parts, samplers: [{ sampler: { ...sampler, open }, options: 1 }] }, context);
    const [step, end] = [samples.find(({ kind }) => kind === 'step'), samples.find(({ kind }) => kind === 'end')];
    if (step?.kind !== 'step' || end?.kind !== 'end') throw new Error('no span');
    expect(end.lastDueUs - step.startUs).toBeGreaterThanOrEqual(30_000);
    expect(phasesOf(samples)).toEqual(['observing']);
    expect(given).toMatchObject([{ steps: [{ name: 'observed', startUs: step.startUs }] }]);
    expect(given[0]).not.toHaveProperty('onLoad');
  });

  it('is complete when the user ends it', async () => {
    const { parts, context, seen, samples, end, isUnderWay } = setUp('look', { forMs: undefined });
    const outcome = runSession(parts, context);
    await isUnderWay();
    end();
    expect(await outcome).toMatchObject({ status: 'complete' });
    expect(seen).toEqual(['up schedtrace=1000', 'open', 'close', 'down', 'sink closed']);
    expect(samples.at(-1)).toMatchObject({ kind: 'end' });
  });

  it('goes on when a target ends and comes back, and writes both down', async () => {
    const { parts, context, samples, tell, end, isUnderWay } = setUp('look', { forMs: undefined });
    const outcome = runSession(parts, context);
    await isUnderWay();
    tell(died);
    tell({ event: 'restart', atUs: 2, target: 'loadbalancer-1', message: 'back' });
    end();
    expect((await outcome).status).toBe('complete');
    expect(samples.flatMap((sample) => (sample.kind === 'event' && sample.target ? [sample.event] : []))).toEqual([
      'exit',
      'restart',
    ]);
  });
});

function phasesOf(samples: readonly Sample[]): string[] {
  return samples.flatMap((sample) => (sample.kind === 'event' && sample.event === 'phase' ? [sample.message] : []));
}
