/** One observation over a topology that writes down what happens to it. */

import { describe, expect, it } from 'vitest';
import { startClock } from '../../src/host/clock.ts';
import type { RunContext, Sampler } from '../../src/model/contracts.ts';
import type { ErrorCode } from '../../src/model/error-codes.ts';
import { environmentError, incompleteError, RampartError } from '../../src/model/errors.ts';
import type { Sample } from '../../src/model/sample.ts';
import type { ObservedTopology, TargetChange } from '../../src/model/topology.ts';
import { type ObserveParts, observeSession } from '../../src/session/observe-session.ts';

function setUp(change: Partial<ObserveParts> = {}) {
  const seen: string[] = [];
  const samples: Sample[] = [];
  const listeners = new Set<(change: TargetChange) => void>();
  const interrupt = new AbortController();
  const topology: ObservedTopology = {
    engine: 'observe',
    targets: [{ id: 'api-1', service: 'api', ports: {}, pid: 7 }],
    warnings: [],
    facts: {},
    onLog: () => () => undefined,
    onExit: () => () => undefined,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    down: async () => {
      seen.push('let go');
    },
  };
  const sampler: Sampler = {
    kind: 'fake',
    options: {} as Sampler['options'],
    cost: 'nothing',
    goDebug: () => [],
    open: async () => {
      seen.push('open');
      return {
        close: async () => {
          seen.push('close');
        },
      };
    },
  };
  const sink = {
    kind: 'fake',
    accept: (sample: Sample) => samples.push(sample),
    close: async () => {
      seen.push('sink closed');
    },
  };
  const parts: ObserveParts = {
    attach: async () => topology,
    samplers: [{ sampler, options: 1 }],
    forMs: undefined,
    onReady: async () => [sink],
    ...change,
  };
  const log = { info: () => undefined, warn: () => undefined };
  const context: RunContext = { runId: 'r', clock: startClock(), signal: interrupt.signal, log, env: {} };
  const end = (code: ErrorCode, exitCode: 130 | 4) =>
    interrupt.abort(new RampartError({ code, message: `${code} it is`, exitCode }));
  const tell = (one: TargetChange) => {
    for (const listener of listeners) listener(one);
  };
  return { parts, context, seen, samples, end, tell, topology };
}

const inOrder = ['open', 'close', 'sink closed', 'let go'];

describe('observeSession', () => {
  it('is complete after its time, with one span from its first to its last moment', async () => {
    const { parts, context, seen, samples } = setUp({ forMs: 30 });
    const outcome = await observeSession(parts, context);
    expect(outcome.status).toBe('complete');
    expect(seen).toEqual(inOrder);
    const [step, end] = [samples.find(({ kind }) => kind === 'step'), samples.find(({ kind }) => kind === 'end')];
    if (step?.kind !== 'step' || end?.kind !== 'end') throw new Error('no span');
    expect(end.lastDueUs - step.startUs).toBeGreaterThanOrEqual(30_000);
    expect(end.lastDueUs).toBe(outcome.endUs);
  });

  it('is complete when the user ends it', async () => {
    const { parts, context, seen, samples, end } = setUp();
    const outcome = observeSession(parts, context);
    await expect.poll(() => samples.some((sample) => sample.kind === 'event' && sample.event === 'phase')).toBe(true);
    end('interrupted', 130);
    expect(await outcome).toMatchObject({ status: 'complete' });
    expect(seen).toEqual(inOrder);
  });

  it('goes on when a target ends and comes back, and writes both down', async () => {
    const { parts, context, samples, end, tell } = setUp();
    const outcome = observeSession(parts, context);
    await expect.poll(() => samples.some((sample) => sample.kind === 'event' && sample.event === 'phase')).toBe(true);
    tell({ event: 'exit', atUs: 1, target: 'api-1', message: 'gone' });
    tell({ event: 'restart', atUs: 2, target: 'api-1', message: 'back' });
    end('interrupted', 130);
    expect((await outcome).status).toBe('complete');
    expect(samples).toContainEqual({ kind: 'event', event: 'exit', atUs: 1, target: 'api-1', message: 'gone' });
    expect(samples).toContainEqual({ kind: 'event', event: 'restart', atUs: 2, target: 'api-1', message: 'back' });
  });

  it('is partial when something else ends it, such as a full disk', async () => {
    const { parts, context, seen } = setUp();
    const onReady: ObserveParts['onReady'] = async (ready) => {
      ready.abort(incompleteError('disk-refused', 'no space'));
      return await parts.onReady(ready);
    };
    expect(await observeSession({ ...parts, onReady }, context)).toMatchObject({
      status: 'partial',
      failure: { code: 'disk-refused', exitCode: 4 },
    });
    expect(seen.at(-1)).toBe('let go');
  });

  it('lets go when the sinks cannot be opened, and attaches to nothing after an interrupt', async () => {
    const refusing = setUp({ onReady: () => Promise.reject(environmentError('port-taken', 'taken')) });
    await expect(observeSession(refusing.parts, refusing.context)).rejects.toMatchObject({ code: 'port-taken' });
    expect(refusing.seen).toEqual(['let go']);
    const interrupted = setUp();
    interrupted.end('interrupted', 130);
    await expect(observeSession(interrupted.parts, interrupted.context)).rejects.toMatchObject({ code: 'interrupted' });
    expect(interrupted.seen).toEqual([]);
  });
});
