/** Events of targets that are known by their address only. */
import { expect, it } from 'vitest';
import type { Sample } from '../../src/model/sample.ts';
import { watchReach } from '../../src/session/reach.ts';

const gap = (target: string, message: string, source = 'metrics'): Sample => ({
  kind: 'gap',
  atUs: 1,
  target,
  source,
  message,
});
const reading = (target: string, source = 'metrics'): Sample => ({
  kind: 'reading',
  atUs: 2,
  target,
  source,
  values: {},
});

it('tells once that a target is gone and once that it is back, and passes everything on', () => {
  const given: Sample[] = [];
  const emit = watchReach(
    [
      { id: 'web-1', service: 'web', ports: {} },
      { id: 'api-1', service: 'api', ports: {}, pid: 7 },
    ],
    ['metrics', 'goroutines'],
    (sample) => given.push(sample),
  );
  const samples = [
    reading('web-1'),
    gap('web-1', 'left out: the look before took longer than 1s'),
    gap('web-1', 'connect ECONNREFUSED 127.0.0.1:6060'),
    gap('web-1', 'connect ECONNREFUSED 127.0.0.1:6060', 'goroutines'),
    reading('web-1', 'schedtrace'),
    gap('api-1', 'connect ECONNREFUSED 127.0.0.1:6061'),
    reading('web-1'),
    reading('web-1'),
  ];
  for (const sample of samples) emit(sample);
  expect(given.filter(({ kind }) => kind !== 'event')).toEqual(samples);
  expect(given.filter(({ kind }) => kind === 'event')).toEqual([
    {
      kind: 'event',
      atUs: 1,
      target: 'web-1',
      event: 'exit',
      message: 'does not answer: connect ECONNREFUSED 127.0.0.1:6060',
    },
    { kind: 'event', atUs: 2, target: 'web-1', event: 'restart', message: 'answers again' },
  ]);
});
