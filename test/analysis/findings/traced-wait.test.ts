import { expect, it, test } from 'vitest';
import { tracedWait } from '../../../src/analysis/findings/traced-wait.ts';
import { evidence, step } from '../../helpers/evidence.ts';
import { scenario } from '../../helpers/raw-run.ts';
import { type SpentMs, tracesOf } from '../../helpers/traced.ts';

const held = step(0, { rps: 100, p50Us: 6000, p99Us: 9000 });
const broken = step(1, { rps: 400, answeredRps: 300, p50Us: 6000, p99Us: 100_000 });
const own = { running: 6 };

interface Asked {
  readonly steps?: Parameters<typeof evidence>[0]['steps'];
  readonly entry?: string;
}

/** What is found where the slowest requests of these services spend their time so in the step that broke. */
function find(slow: Readonly<Record<string, SpentMs>>, { steps = [held, broken], entry = 'front' }: Asked = {}) {
  const traces = tracesOf(
    Object.entries(slow).map(([service, spent]) => ({ step: '400/s', service, ordinary: own, slow: spent })),
  );
  const target = { service: entry, port: 80 };
  return tracedWait.find(evidence({ steps, traces, scenario: { ...scenario, target } }));
}

const locked = { ...own, 'lock sync.(*Mutex).Lock in example.com/shop/work.hold': 90 };
const waiting = (ms: number) => ({ ...own, 'downstream net/http.(*persistConn).roundTrip in shop/front.get': ms });

it('one wait that makes most of what slow requests take longer is a cause', () => {
  expect(find({ front: locked })).toMatchObject([
    {
      severity: 'warning',
      title:
        'Slow requests of front take 90 ms longer, 90 ms of it waiting for a lock at sync.(*Mutex).Lock in work.hold',
      evidence: [
        '400/s, front-1: the slowest 1 % of traced requests took 96 ms on average, 90 ms longer than ordinary ones; 100 % of that waiting for a lock at sync.(*Mutex).Lock in work.hold',
      ],
      steps: ['400/s'],
      targets: ['front-1'],
      site: 'sync.(*Mutex).Lock in work.hold',
    },
  ]);
});

it('the waiting is followed to the service where it ends', () => {
  const [found] = find({ front: waiting(90), back: { ...own, sleep: 80 }, idle: { ...own, sleep: 14 } });
  expect(found?.title).toMatch(/^Slow requests of back take 80 ms longer, 80 ms of it sleeping/);
  expect(found?.evidence[1]).toBe('front waits for it: 90 ms of 90 ms that its requests take longer');
});

it('what waits for something that is not traced says so', () => {
  expect(find({ front: waiting(90), idle: { ...own, sleep: 14 } })[0]?.title).toBe(
    'Slow requests of front take 90 ms longer, 90 ms of it waiting for an answer at http.(*persistConn).roundTrip in front.get, of something that is not traced',
  );
});

it('requests that take far longer than what is waited for are those of somebody else', () => {
  expect(find({ front: waiting(90), polled: { ...own, sleep: 900 } })[0]?.title).toMatch(/^Slow requests of front /);
});

it('without traces of the service that gets the load, the one with most is the first', () => {
  const [found] = find({ back: { ...own, sleep: 80 }, middle: waiting(85) });
  expect(found?.title).toMatch(/^Slow requests of back /);
});

it('where too few are slow for a mean, ordinary requests are held against those of the step below', () => {
  const run = (below: number) => {
    const traces = tracesOf([
      { step: '100/s', service: 'front', ordinary: own, ordinaryCount: below },
      { step: '400/s', service: 'front', ordinary: locked },
    ]);
    return tracedWait.find(evidence({ steps: [held, broken], traces }));
  };
  expect(run(10)[0]).toMatchObject({
    title: 'Requests of front take 90 ms longer, 90 ms of it waiting for a lock at sync.(*Mutex).Lock in work.hold',
    evidence: [
      expect.stringContaining(
        'ordinary traced requests took 96 ms on average, 90 ms longer than ordinary ones of 100/s',
      ),
    ],
  });
  expect(run(9)).toEqual([]);
});

test.each<[string, Readonly<Record<string, SpentMs>>, Asked?]>([
  ['no kind makes most of it', { front: { ...own, lock: 40, runnable: 40, sleep: 40 } }],
  ['it is work, and no wait', { front: { running: 96 } }],
  ['it is its client', { front: { ...own, client: 90 } }],
  ['it is handed on to goroutines of its own', { front: { ...own, join: 90 } }],
  ['the trace does not say', { front: { ...own, unknown: 90 } }],
  ['the client waits for far more than the service has', { front: { ...own, lock: 40 } }],
  ['the service that gets the load has little of it, whatever another one does', { front: own, batch: locked }],
  [
    'what is waited for does several things',
    { front: waiting(90), back: { ...own, lock: 40, runnable: 40, sleep: 9 } },
  ],
  ['nothing broke', { front: locked }, { steps: [held, step(1, { rps: 400, p99Us: 12_000 })] }],
  [
    'it broke by failures, and answers are as quick as before',
    { front: { ...own, lock: 12 } },
    { steps: [held, step(1, { rps: 400, p99Us: 12_000, errors: { 'status 500': 900 } })] },
  ],
  [
    'failures are all that broke, and there is no step below',
    { front: locked },
    { steps: [step(0, { rps: 400, p99Us: 100_000, errors: { 'status 500': 900 } })] },
  ],
])('silent where %s', (_, slow, asked) => {
  expect(find(slow, asked)).toEqual([]);
});

it('silent without traces', () => {
  expect(tracedWait.find(evidence({ steps: [held, broken] }))).toEqual([]);
});
