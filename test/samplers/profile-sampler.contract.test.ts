import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import type { LoadMessage } from '../../src/model/load.ts';
import type { ProfileSample, Sample } from '../../src/model/sample.ts';
import { profileSampler } from '../../src/samplers/profile-sampler.ts';
import { jumpingClock } from '../helpers/jumping-clock.ts';
import { testRun } from '../helpers/run-context.ts';
import { answered } from './load-messages.ts';
import { bareTarget } from './manual-run.ts';

const options = {
  cpuMs: 1000,
  heap: true,
  gc: false,
  mutex: false,
  block: false,
  goroutineleak: false,
  dump: false,
  trace: undefined,
};

/** The profile samples of a run with one step of `stepMs`, over a service that answers so. */
async function profilesOf(
  stepMs: number,
  answer: RequestListener | undefined,
  more: Partial<typeof options> = {},
): Promise<ProfileSample[]> {
  return (await lookAt(stepMs, answer, more)).profiles;
}

async function lookAt(stepMs: number, answer: RequestListener | undefined, more: Partial<typeof options> = {}) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const pprofUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/debug/pprof`;
  const context = { ...testRun().context, clock: jumpingClock() };
  const startUs = context.clock.nowUs();
  const samples: Sample[] = [];
  const sampler = await profileSampler.open(
    { ...options, ...more },
    {
      ...context,
      targets: [{ ...bareTarget('a'), ...(answer ? { pprofUrl } : {}) }],
      steps: [{ name: 'one', measure: true, startUs, endUs: startUs + stepMs * 1000 }],
      onLog: () => () => {},
      emit: (sample: Sample) => samples.push(sample),
    },
  );
  await vi.waitFor(() => expect(samples).toHaveLength(3), { timeout: 50_000, interval: 10 });
  await sampler.close();
  server.closeAllConnections();
  server.close();
  return {
    profiles: samples.filter((sample) => sample.kind === 'profile'),
    clocks: samples.filter((sample) => sample.kind === 'clock'),
  };
}

test('asks for whole seconds of CPU and for snapshots, and keeps what comes as it was sent', async () => {
  const asked: string[] = [];
  const sent = gzipSync('a profile');
  const profiles = await profilesOf(2500, (request, response) => {
    asked.push(request.url ?? '');
    response.end(sent);
  });
  expect(asked).toEqual(['/debug/pprof/heap', '/debug/pprof/profile?seconds=1', '/debug/pprof/heap']);
  expect(profiles.map(({ type, step, outcome }) => [type, step, outcome])).toEqual([
    ['heap', -1, 'ok'],
    ['cpu', 0, 'ok'],
    ['heap', 0, 'ok'],
  ]);
  expect(profiles.every(({ content }) => content && sent.equals(content))).toBe(true);
});

test('has garbage collected before a heap profile where that is asked for', async () => {
  const asked: string[] = [];
  await profilesOf(
    2500,
    (request, response) => {
      asked.push(request.url ?? '');
      response.end('x');
    },
    { gc: true },
  );
  expect(asked).toEqual(['/debug/pprof/heap?gc=1', '/debug/pprof/profile?seconds=1', '/debug/pprof/heap?gc=1']);
});

test('says how far off the stamps of snapshots and windows may be', async () => {
  const { profiles, clocks } = await lookAt(2500, (_, response) => response.end('x'));
  expect(clocks).toMatchObject([
    { target: 'a', source: 'profiles', method: 'http-middle', offsetUs: 0, stamps: 2 },
    { target: 'a', source: 'profiles', method: 'at-request', offsetUs: 0, stamps: 1 },
  ]);
  expect(clocks[0]?.uncertaintyUs).toBeGreaterThan(0);
  const snapshots = profiles.filter(({ type }) => type === 'heap');
  expect(snapshots.every(({ atUs, untilUs }) => atUs === untilUs)).toBe(true);
});

test('says what came instead of a profile', async () => {
  const profiles = await profilesOf(2500, (request, response) => {
    if (request.url?.includes('seconds')) {
      response.writeHead(500).end('Could not enable CPU profiling: cpu profiling already in use\n');
    } else response.writeHead(404).end('Unknown profile\n');
  });
  expect(profiles.map(({ outcome, message }) => [outcome, message?.replace(/^.* answered/, 'answered')])).toEqual([
    ['absent', 'answered 404: Unknown profile'],
    ['busy', 'answered 500: Could not enable CPU profiling: cpu profiling already in use'],
    ['absent', 'answered 404: Unknown profile'],
  ]);
});

test('a step too short and a target without pprof are told, not passed over', async () => {
  const short = await profilesOf(100, (_, response) => response.end('x'));
  expect(short.map(({ outcome }) => outcome).sort()).toEqual(['left out', 'ok', 'ok']);
  const bare = await profilesOf(2500, undefined);
  expect(bare.map(({ outcome }) => outcome)).toEqual(['absent', 'absent', 'absent']);
});

/** The traces of a run of two measured steps that looks for the knee, whose second step has this p99. */
async function tracesOf(p99Us: number) {
  const server = createServer((_, response) => response.end('a trace')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const pprofUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/debug/pprof`;
  const context = { ...testRun().context, clock: jumpingClock() };
  const startUs = context.clock.nowUs();
  const samples: Sample[] = [];
  const step = (index: number) => ({
    name: `step ${index}`,
    measure: true,
    startUs: startUs + index * 600_000,
    endUs: startUs + (index + 1) * 600_000,
  });
  const sampler = await profileSampler.open(
    { ...options, cpuMs: undefined, heap: false, trace: { forMs: 100, step: undefined, knee: 3 } },
    {
      ...context,
      targets: [{ ...bareTarget('a'), pprofUrl }, bareTarget('b')],
      steps: [step(0), step(1)],
      onLog: () => () => {},
      onLoad: (listener) => {
        for (const index of [0, 1]) listener({ kind: 'step', step: index, startUs: step(index).startUs });
        for (const message of [answered(0, 500, 2000), answered(1, 500, p99Us)]) listener(message);
        return () => {};
      },
      emit: (sample) => samples.push(sample),
    },
  );
  await vi.waitFor(() => expect(samples.filter(({ kind }) => kind === 'profile')).toHaveLength(2), { timeout: 50_000 });
  await sampler.close();
  server.closeAllConnections();
  server.close();
  return samples.flatMap((sample) =>
    sample.kind === 'profile' ? [[sample.target, sample.step, sample.outcome, sample.message]] : [],
  );
}

test('a trace of the knee is taken in its step, and its absence is told where there is none', async () => {
  const absent = ['b', 1, 'absent', 'no address of its pprof endpoint is known'];
  expect(await tracesOf(50_000)).toEqual([absent, ['a', 1, 'ok', undefined]]);
  expect(await tracesOf(3000)).toEqual([absent, ['a', 1, 'left out', expect.stringMatching(/^no knee was seen: /)]]);
});

test('a load that ends early has the edge of its step and what comes after it, and no step that never was', async () => {
  const server = createServer((_, response) => response.end('x')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const pprofUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/debug/pprof`;
  const { context } = testRun();
  const nowUs = context.clock.nowUs();
  const step = (name: string, fromS: number) => ({
    name,
    measure: true,
    startUs: nowUs + fromS * 1e6,
    endUs: nowUs + (fromS + 3600) * 1e6,
  });
  const samples: Sample[] = [];
  const listeners = new Set<(message: LoadMessage) => void>();
  const tell = (message: LoadMessage) => {
    for (const listener of listeners) listener(message);
  };
  const sampler = await profileSampler.open(
    { ...options, dump: true },
    {
      ...context,
      targets: [{ ...bareTarget('a'), pprofUrl }],
      steps: [step('one', -1000), step('two', 3600)],
      onLog: () => () => {},
      onLoad: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      emit: (sample) => samples.push(sample),
    },
  );
  tell({ kind: 'step', step: 0, startUs: nowUs - 1000 * 1e6 });
  tell({ kind: 'end', lastDueUs: nowUs, drainedUs: nowUs });
  await sampler.close();
  server.closeAllConnections();
  server.close();
  const profiles = samples.flatMap((sample) => (sample.kind === 'profile' ? [sample] : []));
  expect(profiles.map(({ type, step: place, outcome }) => [type, place, outcome])).toEqual([
    ['heap', -1, 'ok'],
    ['cpu', 0, 'left out'],
    ['heap', 0, 'ok'],
    ['dump', 0, 'ok'],
  ]);
});

test('a snapshot that would be of another step altogether is left out, and says why', async () => {
  const context = { ...testRun().context, clock: jumpingClock() };
  let asked = 0;
  // The first one takes until the second step is over.
  const server = createServer(async (_, response) => {
    if (asked++ === 0) await context.clock.sleep(2500);
    response.end('x');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const pprofUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/debug/pprof`;
  const steps = [0, 1, 2].map((index) => ({
    name: `${index}`,
    measure: true,
    startUs: index * 1e6,
    endUs: (index + 1) * 1e6,
  }));
  const samples: Sample[] = [];
  const sampler = await profileSampler.open(
    { ...options, cpuMs: undefined },
    {
      ...context,
      targets: [{ ...bareTarget('a'), pprofUrl }],
      steps,
      onLog: () => () => {},
      emit: (sample) => samples.push(sample),
    },
  );
  await sampler.close();
  server.closeAllConnections();
  server.close();
  const told = samples.flatMap((sample) => (sample.kind === 'profile' ? [sample] : []));
  expect(told.map(({ step, outcome }) => [step, outcome])).toEqual([
    [-1, 'ok'],
    [0, 'left out'],
    [1, 'ok'],
    [2, 'ok'],
  ]);
  expect(told[1]?.message).toBe('what was taken before it took until the next step was over');
});

test('a page to log in is no profile', async () => {
  const profiles = await profilesOf(2500, (_, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8').end('<html>');
  });
  expect(profiles.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed']);
  expect(profiles[0]?.message).toMatch(/^http:\S+\/debug\/pprof\/heap answered a page of HTML and no profile$/);
});
