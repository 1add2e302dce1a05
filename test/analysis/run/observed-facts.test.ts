/** What a result tells of programs, clocks and GOMAXPROCS, from what samplers wrote down. */
import { expect, it } from 'vitest';
import { buildResult } from '../../../src/analysis/build-result.ts';
import { runResultSchema } from '../../../src/model/run-result.ts';
import type { Sample } from '../../../src/model/sample.ts';
import { healthySamples, rawRun } from '../../helpers/raw-run.ts';

const target = 'loadbalancer-1';
const resultOf = (...samples: readonly Sample[]) => {
  const result = buildResult(rawRun([...healthySamples(), ...samples]));
  expect(runResultSchema.safeParse(result).error).toBeUndefined();
  return result;
};
const procs = (atUs: number, source: string, name: string, value: number): Sample => ({
  kind: 'reading',
  atUs,
  target,
  source,
  values: { [name]: value },
});

it('completes what was read of a program before the load by what the program told', () => {
  const run = rawRun([
    ...healthySamples(),
    {
      kind: 'program',
      atUs: 1,
      target,
      program: { version: 'go1.2', module: 'example.org/svc', sources: ['metrics'] },
    },
  ]);
  const go = { version: 'go1.26.0', environment: { GOGC: '50' }, sources: ['binary'] };
  const { environment } = run.manifest;
  const manifest = { ...run.manifest, environment: { ...environment, targets: [{ id: target, service: 'lb', go }] } };
  expect(buildResult({ ...run, manifest }).environment.targets).toEqual([
    {
      id: target,
      service: 'lb',
      go: {
        version: 'go1.26.0',
        module: 'example.org/svc',
        environment: { GOGC: '50' },
        sources: ['binary', 'metrics'],
      },
    },
  ]);
});

it('has no program where nothing is known of one', () => {
  expect(resultOf().environment.targets).toEqual([{ id: target, service: 'loadbalancer' }]);
});

it('tells each clock, and leaves out what is not known of it', () => {
  const { clocks } = resultOf(
    {
      kind: 'clock',
      atUs: 1,
      target,
      source: 'schedtrace',
      method: 'least-delay',
      offsetUs: 12.4,
      uncertaintyUs: undefined,
      typicalUs: undefined,
      stamps: 1,
    },
    {
      kind: 'clock',
      atUs: 2,
      target,
      source: 'metrics',
      method: 'http-middle',
      offsetUs: 0,
      uncertaintyUs: 900.2,
      typicalUs: 300,
      stamps: 9,
    },
  );
  expect(clocks).toEqual([
    { target, source: 'metrics', method: 'http-middle', offsetUs: 0, uncertaintyUs: 901, typicalUs: 300, stamps: 9 },
    { target, source: 'schedtrace', method: 'least-delay', offsetUs: 12, stamps: 1 },
  ]);
});

it('makes an event of each change of GOMAXPROCS, from the best source there is', () => {
  const { events } = resultOf(
    ...[2, 2, 4, 3].map((value, index) => procs(1e6 * (index + 1), 'schedtrace', 'sched.gomaxprocs', value)),
    ...[2, 4].map((value, index) => procs(5e6 * (index + 1), 'metrics', 'go.gomaxprocs', value)),
  );
  expect(events.filter(({ kind }) => kind === 'gomaxprocs')).toEqual([
    { atUs: 3e6, target, kind: 'gomaxprocs', message: 'GOMAXPROCS went from 2 to 4, as schedtrace tells' },
    { atUs: 4e6, target, kind: 'gomaxprocs', message: 'GOMAXPROCS went from 4 to 3, as schedtrace tells' },
  ]);
});

/** Warnings about programs, of two replicas with these settings. */
function warningsOf(first: Record<string, string>, second: Record<string, string>): readonly string[] {
  const told = (id: string, settings: Record<string, string>) => ({
    id,
    service: 'api',
    go: { version: 'go1.26.0', settings, sources: ['binary'] },
  });
  const run = rawRun(healthySamples());
  const environment = { ...run.manifest.environment, targets: [told('api-1', first), told('api-2', second)] };
  return buildResult({ ...run, manifest: { ...run.manifest, environment } }).warnings;
}

it.each([
  [
    'the race detector',
    { '-race': 'true' },
    'api-1, api-2: built with -race, which makes a program several times slower and larger',
  ],
  ['no optimisation', { '-gcflags': 'all=-N -l' }, 'api-1, api-2: built without optimisation (-gcflags has -N or -l)'],
])('warns of programs built with %s', (_, settings, warning) => {
  expect(warningsOf(settings, settings)).toEqual([warning]);
});

it('warns of replicas that were not built alike, and of nothing else', () => {
  expect(warningsOf({ GOAMD64: 'v1' }, { GOAMD64: 'v3' })).toEqual([
    'the replicas of api were not built alike: api-1 (go1.26.0) and api-2 (go1.26.0)',
  ]);
  expect(warningsOf({ '-gcflags': '-m -live' }, { '-gcflags': '-m -live' })).toEqual([]);
});
