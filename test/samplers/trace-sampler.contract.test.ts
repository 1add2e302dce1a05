import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import type { SamplerContext } from '../../src/model/contracts.ts';
import type { LoadMessage } from '../../src/model/load.ts';
import type { Sample } from '../../src/model/sample.ts';
import { traceSampler } from '../../src/samplers/trace-sampler.ts';
import { jumpingClock } from '../helpers/jumping-clock.ts';
import { testRun } from '../helpers/run-context.ts';
import { bareTarget } from './manual-run.ts';

const options = { slowest: 1, windowMs: 100, everyMs: 1000 };
const trace = Buffer.from('go 1.26 trace\0\0\0and more');

/** All that is told of a measured step of some seconds, over a service that answers so. */
async function recorded(
  seconds: number,
  answer: RequestListener | undefined,
  more: Partial<SamplerContext> = {},
  onLoad: 'none' | ((listener: (message: LoadMessage) => void) => void) = () => {},
) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const pprofUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/debug/pprof`;
  const context = { ...testRun().context, clock: jumpingClock() };
  const startUs = Math.ceil(context.clock.nowUs() / 1e6) * 1e6;
  const endUs = startUs + seconds * 1e6;
  const samples: Sample[] = [];
  const sampler = await traceSampler.open(options, {
    ...context,
    targets: [{ ...bareTarget('a'), ...(answer ? { pprofUrl } : {}) }],
    steps: [{ name: 'one', measure: true, startUs, endUs }],
    onLog: () => () => {},
    emit: (sample: Sample) => samples.push(sample),
    ...(onLoad !== 'none' && {
      onLoad: (listener) => {
        onLoad(listener);
        listener({ kind: 'step', step: 0, startUs });
        return () => {};
      },
    }),
    ...more,
  });
  await sampler.close();
  server.closeAllConnections();
  server.close();
  return {
    startUs,
    windows: samples.filter((sample) => sample.kind === 'trace'),
    verdicts: samples.filter((sample) => sample.kind === 'trace-verdict'),
  };
}

test('each window comes as it was sent, and each has a verdict in the end', async () => {
  const { windows, verdicts } = await recorded(4, (request, response) => {
    expect(request.url).toBe('/debug/pprof/trace?seconds=0.1');
    response.end(trace);
  });
  expect(windows.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok', 'ok']);
  for (const { content, bytes } of windows) {
    expect(content && trace.equals(content)).toBe(true);
    expect(bytes).toBe(trace.length);
  }
  const numbers = (samples: readonly { readonly number: number }[]) => samples.map(({ number }) => number).sort();
  expect(numbers(verdicts)).toEqual(numbers(windows));
});

test('what is no trace is told, and has no verdict', async () => {
  const { windows, verdicts } = await recorded(2, (_, response) => response.end('welcome'));
  expect(new Set(windows.map(({ outcome, message }) => `${outcome}: ${message}`))).toEqual(
    new Set(['failed: what it answered does not begin as an execution trace does']),
  );
  expect(verdicts).toEqual([]);
});

test('who traces already is not asked for ever, and who has no such page only once', async () => {
  let asked = 0;
  const busy = 'Could not enable tracing: execution tracer already enabled\n';
  const { windows } = await recorded(6, (_, response) => {
    asked++;
    response.writeHead(500).end(busy);
  });
  expect(asked).toBe(3);
  expect(windows.map(({ outcome }) => outcome)).toEqual(['busy', 'busy', 'busy']);
  const absent = await recorded(4, (_, response) => {
    response.writeHead(404).end();
  });
  expect(absent.windows.filter(({ outcome }) => outcome === 'absent')).toHaveLength(1);
});

test('nothing is asked for without an address, or without load', async () => {
  const bare = await recorded(1, undefined);
  expect(bare.windows).toMatchObject([{ outcome: 'absent', message: 'no address of its pprof endpoint is known' }]);
  const never: RequestListener = () => expect.unreachable();
  const observed = await recorded(2, never, {}, 'none');
  expect(observed.windows).toMatchObject([{ outcome: 'left out', message: expect.stringContaining('no load') }]);
});

test('a target is not traced while it is profiled', async () => {
  const others = { heap: false, gc: false, mutex: false, block: false, goroutineleak: false, dump: false };
  const optionsOf = () => ({ ...others, cpuMs: 2000, trace: undefined });
  const { windows, startUs } = await recorded(5, (_, response) => response.end(trace), {
    optionsOf,
  });
  expect(windows.length).toBeGreaterThan(0);
  // Two seconds, from the first on.
  const beside = windows.filter(({ atUs, untilUs }) => atUs < startUs + 3e6 && untilUs > startUs + 1e6);
  expect(beside).toEqual([]);
});

test('no window begins when nothing is sent any more, although its step was to go on', async () => {
  const listeners: ((message: LoadMessage) => void)[] = [];
  const { windows, verdicts } = await recorded(
    6,
    (_, response) => {
      for (const listener of listeners) listener({ kind: 'end', lastDueUs: 0, drainedUs: 0 });
      response.end(trace);
    },
    {},
    (listener) => void listeners.push(listener),
  );
  expect(windows.map(({ outcome }) => outcome)).toEqual(['ok']);
  expect(verdicts).toHaveLength(1);
});
