import { describe, expect, it } from 'vitest';
import { connectionChurn } from '../../../src/analysis/findings/connection-churn.ts';
import { connectionsRefused } from '../../../src/analysis/findings/connections-refused.ts';
import { failures } from '../../../src/analysis/findings/failures.ts';
import { rateLimited } from '../../../src/analysis/findings/rate-limited.ts';
import { resends } from '../../../src/analysis/findings/resends.ts';
import { retryAmplification } from '../../../src/analysis/findings/retry-amplification.ts';
import type { RunEvidence } from '../../../src/analysis/findings/rule.ts';
import type { StepResult } from '../../../src/model/run-result.ts';
import type { Stacks } from '../../../src/model/sample.ts';
import { evidence, seriesOf, step } from '../../helpers/evidence.ts';
import { scenario } from '../../helpers/raw-run.ts';

describe('a rate limit', () => {
  it.each(['status 429', 'expected status 200, got 429'])('is told by %s from a rate on', (kind) => {
    const steps = [
      step(0, { rps: 100 }),
      step(1, { rps: 200, errors: { [kind]: 500 } }),
      step(2, { rps: 400, errors: { [kind]: 2500 } }),
    ];
    expect(rateLimited.find(evidence({ steps }))).toMatchObject([
      { title: 'From 200/s on requests are answered 429: 150/s pass', steps: ['200/s', '400/s'] },
    ]);
  });

  it('is told of several requests together, whose names stand before what they failed with', () => {
    const limited = (index: number, rps: number, errors: Readonly<Record<string, number>>) =>
      step(index, { rps, errors, requests: ['shop/cart', 'shop/cart/pay'] });
    const steps = [
      limited(0, 100, {}),
      limited(1, 200, { 'shop/cart: status 429': 300, 'shop/cart/pay: expected status 200 or 201, got 429': 200 }),
    ];
    expect(rateLimited.find(evidence({ steps }))).toMatchObject([
      { title: 'From 200/s on requests are answered 429: 150/s pass', steps: ['200/s'] },
    ]);
  });

  it('is where the refusing service says so itself', () => {
    const own = { 'api-1': { 'app.requests_per_second.429': 50 }, 'db-1': { 'app.requests_per_second.200': 150 } };
    const steps = [step(0, { rps: 100 }), step(1, { rps: 200, errors: { 'status 429': 500 }, targets: own })];
    expect(rateLimited.find(evidence({ steps }))).toMatchObject([{ targets: ['api-1'] }]);
  });

  it.each([
    ['a few 429', { 'status 429': 3 }, 5000],
    ['slow 503, which are overload', { 'status 503': 900 }, 80_000],
    ['other failures', { 'status 500': 900 }, 5000],
  ])('is not seen in %s', (_, errors, p50Us) => {
    const steps = [step(0, { rps: 100 }), step(1, { rps: 200, errors, p50Us })];
    expect(rateLimited.find(evidence({ steps }))).toEqual([]);
  });
});

describe('503 that is answered at once', () => {
  const at = (index: number, rps: number, failing: number) =>
    step(index, { rps, errors: failing > 0 ? { 'status 503': failing * 10 } : {} });

  it.each([
    ['no more passes where more is sent', [at(0, 100, 0), at(1, 200, 80), at(2, 400, 280)]],
    ['as much passes in each step, of which none is without', [at(0, 200, 80), at(1, 400, 280)]],
  ])('is a limit where %s', (_, steps) => {
    expect(rateLimited.find(evidence({ steps }))).toHaveLength(1);
  });

  it.each([
    ['the only step has some', [at(0, 200, 10)]],
    ['each of two steps of one rate has some', [at(0, 200, 10), at(1, 200, 12)]],
    ['more passes where more is sent', [at(0, 100, 5), at(1, 200, 10)]],
  ])('is none where %s', (_, steps) => {
    expect(rateLimited.find(evidence({ steps }))).toEqual([]);
  });
});

describe('requests that were sent twice', () => {
  it('are so many of all requests, of which an arrival may have several', () => {
    const made = step(0, { rps: 100 });
    const withResent = (resent: number) => ({ ...made, load: { ...made.load, resent, requests: 5000 } });
    expect(resends.find(evidence({ steps: [withResent(40)] }))).toEqual([]);
    expect(resends.find(evidence({ steps: [withResent(60)] }))).toMatchObject([
      {
        title: expect.stringMatching(/^60 of 5,000 requests were sent twice/),
        evidence: ['100/s: 60 of 5,000 sent once more, 1.2 %'],
      },
    ]);
  });
});

describe('lost arrivals', () => {
  const titleOf = (change: Partial<StepResult['load']>, errors: Readonly<Record<string, number>>) => {
    const made = step(0, { rps: 100, errors, requests: ['a', 'b', 'c'] });
    const steps = [{ ...made, load: { ...made.load, ...change } }];
    return failures.find(evidence({ steps }))[0]?.title;
  };
  const ended = 'measured arrivals failed, timed out or were dropped';

  it.each([
    [
      'that failed alike, of whichever request',
      {},
      { 'a: status 500': 40, 'b: status 500': 30, 'c: x': 50 },
      120,
      ', most by status 500',
    ],
    ['of which hardly any failed', { timedOut: 500 }, { 'a: status 503': 3 }, 503, ', most timed out'],
    ['that ended in several ways', { dropped: 50 }, { 'a: status 503': 40, 'b: status 500': 20 }, 110, ''],
  ])('are told by how most of those ended %s', (_, change, errors, lost, most) => {
    expect(titleOf(change, errors)).toBe(`${lost} of 1,000 ${ended}${most}`);
  });
});

describe('connection churn', () => {
  type Values = Readonly<Record<string, number>>;
  const dialling = (atUs: number) =>
    ({
      kind: 'stacks',
      atUs,
      target: 'api-1',
      total: 3,
      groups: [{ count: 3, reason: 'IO wait', site: 'net.(*Dialer).DialContext', frames: ['net.(*netFD).connect'] }],
    }) satisfies Stacks;
  /** Two steps, of 100/s and twice that unless said; connections per second are those of the first. */
  const run = (
    dials: number,
    targets: Readonly<Record<string, Values>>,
    looks: readonly number[] = [],
    opened = 0,
    firstRps = 100,
  ) =>
    evidence({
      steps: [0, 1].map((index) =>
        step(index, {
          rps: firstRps * (index + 1),
          targets: {
            host: { 'net.dials_per_second': dials * (index + 1) },
            generator: { 'load.opened_rps': opened },
            ...targets,
          },
        }),
      ),
      stacks: looks.map((second) => dialling(second * 1e6)),
    });
  /** Closed connections of a minute, on average. */
  const closed = 60 * 90;

  it('between services is named after the one that was seen dialling', () => {
    expect(connectionChurn.find(run(95, {}, [5, 15]))).toMatchObject([
      {
        severity: 'warning',
        title: 'api opens 0.95 new connections for each answer at step 200/s instead of keeping them',
        targets: ['api-1'],
      },
    ]);
  });

  it('is a note where most are kept, and nobody paid for the others or looked at what they cost', () => {
    expect(connectionChurn.find(run(40, {}, [5, 15], 0, 200))).toMatchObject([
      { severity: 'note', evidence: expect.arrayContaining([expect.stringContaining('was not looked at')]) },
    ]);
  });

  it('tells where a quarter of the requests pay for one, however cheap that is on one machine', () => {
    expect(connectionChurn.find(run(40, {}, [5, 15]))).toMatchObject([
      { severity: 'warning', evidence: expect.arrayContaining([expect.stringContaining('Over a network 40 % of')]) },
    ]);
  });

  it('is named after the one that holds connections to where they are closed, and told by which end', () => {
    const targets = { 'api-1': { 'sock.to.api-2': 2 }, 'api-2': { 'sock.time_wait_clients': closed } };
    expect(connectionChurn.find(run(95, targets))).toMatchObject([
      { targets: ['api-1'], advice: expect.stringContaining('MaxIdleConnsPerHost') },
    ]);
  });

  it('of a server that closes is advised to turn keep-alives on', () => {
    const targets = { 'api-1': { 'sock.to.api-2': 2 }, 'api-2': { 'sock.time_wait': closed } };
    expect(connectionChurn.find(run(95, targets))).toMatchObject([
      { targets: ['api-1'], advice: expect.stringContaining('Turn keep-alives on') },
    ]);
  });

  it('is told of the one that is dialled where nobody knows who does', () => {
    expect(connectionChurn.find(run(95, { 'api-2': { 'sock.time_wait': closed } }))).toMatchObject([
      {
        title: 'api gets a new connection for 0.95 of each answer at step 100/s, which nobody keeps',
        targets: ['api-2'],
      },
    ]);
  });

  it('is told by how fast closed connections become more, before the first of them goes', () => {
    const few = run(95, { 'api-1': { 'sock.to.api-2': 2 }, 'api-2': { 'sock.time_wait': 800 } });
    const looks = [4, 8, 12, 16].map((second): [number, number] => [second * 1e6, 95 * second]);
    expect(connectionChurn.find(few)).toEqual([]);
    expect(connectionChurn.find({ ...few, series: [seriesOf('api-2', 'sock.time_wait', looks)] })).toMatchObject([
      { targets: ['api-1'] },
    ]);
  });

  it('is told where the only looks of a step come shortly behind its ends', () => {
    const few = run(95, { 'api-1': { 'sock.to.api-2': 2 }, 'api-2': { 'sock.time_wait': 800 } });
    // 95/s in the first step of 10 s, 190/s in the second.
    const looks: [number, number][] = [
      [-4e6, 0],
      [0.1e6, 10],
      [10.1e6, 970],
      [17e6, 2300],
    ];
    expect(connectionChurn.find({ ...few, series: [seriesOf('api-2', 'sock.time_wait', looks)] })).toMatchObject([
      { targets: ['api-1'], steps: ['100/s', '200/s'] },
    ]);
  });

  it('in a network of its own is of the service there', () => {
    const own = { 'net.dials_per_second': 150, 'sock.time_wait': closed };
    expect(connectionChurn.find(run(0, { 'api-1': own }))).toMatchObject([
      { targets: ['api-1'], advice: expect.stringContaining('MaxIdleConnsPerHost') },
    ]);
  });

  it('of the generator is the target closing its connections', () => {
    expect(connectionChurn.find(run(0, {}, [], 90))).toMatchObject([
      { title: expect.stringContaining('The target closes connections: 0.9 new ones for each answer') },
    ]);
  });

  it('is not what requests take with them that are given up', () => {
    const dialled = { host: { 'net.dials_per_second': 190 } };
    const steps = [step(0, { rps: 200, errors: { 'status 504': 1800 }, targets: dialled })];
    const stacks = [dialling(1e6), dialling(2e6)];
    expect(connectionChurn.find(evidence({ steps, stacks }))).toEqual([]);
  });

  it('is not what the generator opens anew for requests whose time is up', () => {
    const known = run(0, {}, [], 90);
    const steps = known.steps.map((each) => ({ ...each, load: { ...each.load, timedOut: 900 } }));
    expect(connectionChurn.find({ ...known, steps })).toEqual([]);
  });

  describe('of the generator, while its pool grows', () => {
    /** One step of 10 s from its tenth second on: connections that are open at the end of each second, and opened in it. */
    const growing = (open: readonly number[], opened: readonly number[], change: Partial<RunEvidence> = {}) => {
      const mean = opened.reduce((sum, each) => sum + each, 0) / opened.length;
      const seconds = open.map((count, index): [number, number] => [(20 - open.length + index + 0.5) * 1e6, count]);
      return evidence({
        steps: [step(1, { rps: 500, answeredRps: 440, targets: { generator: { 'load.opened_rps': mean } } })],
        series: [seriesOf('generator', 'load.connections', seconds)],
        ...change,
      });
    };
    const seconds = (count: number, of: (second: number) => number) => Array.from({ length: count }, (_, at) => of(at));
    const closedLoad = (connections: number) => {
      if (!scenario.load) throw new Error('it has a load');
      const shape = { kind: 'closed', connections } as const;
      const steps = scenario.load.steps.map((each) => ({ ...each, shape }));
      return { scenario: { ...scenario, load: { ...scenario.load, mode: 'closed', steps } } };
    };

    it.each([
      [
        'it is filled once',
        growing(
          seconds(10, (at) => Math.min(600, 300 * (at + 1))),
          [300, 300, 0, 0, 0, 0, 0, 0, 0, 0],
        ),
      ],
      [
        'it grows all the time',
        growing(
          seconds(10, (at) => 100 * (at + 1)),
          seconds(10, () => 100),
        ),
      ],
      [
        'it grows from where the step before left it',
        growing(
          seconds(20, (at) => 50 * (at + 1)),
          seconds(10, () => 50),
        ),
      ],
      [
        'a closed load begins a step with connections of its own',
        growing(
          [...seconds(10, () => 800), ...seconds(10, () => 1000)],
          [1000, ...seconds(9, () => 0)],
          closedLoad(1000),
        ),
      ],
    ])('is not told where %s', (_, known) => {
      expect(connectionChurn.find(known)).toEqual([]);
    });

    it('is told of what is closed besides', () => {
      const known = growing(
        seconds(10, (at) => 30 * (at + 1)),
        seconds(10, () => 250),
      );
      expect(connectionChurn.find(known)).toMatchObject([
        { title: expect.stringContaining('The target closes connections: 0.5 new ones for each answer') },
      ]);
    });

    it('is not told of what a closed load dials in vain', () => {
      const made = growing(
        seconds(10, () => 20),
        seconds(10, () => 90),
        closedLoad(20),
      );
      const steps = made.steps.map((each) => ({ ...each, errors: { 'connect ECONNREFUSED': 880 } }));
      expect(connectionChurn.find(made)).toHaveLength(1);
      expect(connectionChurn.find({ ...made, steps })).toEqual([]);
    });
  });

  it('of the generator is none where requests ask for it', () => {
    const [request] = scenario.load?.requests ?? [];
    if (!scenario.load || !request) throw new Error('it has a request');
    const closing = { ...request, headers: { Connection: 'close' } };
    const load = { ...scenario.load, requests: [closing] };
    expect(connectionChurn.find({ ...run(0, {}, [], 90), scenario: { ...scenario, load } })).toEqual([]);
  });

  it('in a network of its own is not told of a pool that grows', () => {
    const own = { 'net.dials_per_second': 60, 'sock.established': 300 };
    const looks = [0.5, 4, 8, 12, 16, 19.5].map((second): [number, number] => [second * 1e6, 60 * second]);
    const known = run(0, { 'api-1': own });
    expect(connectionChurn.find(known)).toHaveLength(1);
    expect(connectionChurn.find({ ...known, series: [seriesOf('api-1', 'sock.established', looks)] })).toEqual([]);
  });

  it('on a network that all share is not told of pools that grow', () => {
    const growsBy = (target: string, name: string, rps: number) =>
      seriesOf(
        target,
        name,
        [0, 5, 10, 15, 20].map((second): [number, number] => [second * 1e6, rps * second]),
      );
    const targets = {
      'api-1': { 'sock.established': 1, 'sock.to.api-2': 1 },
      'api-2': { 'sock.established': 1 },
    };
    // Of 95 a second, 50 stay between both and 45 lead to a database that nobody looks at; the load has 10 more.
    const series = [
      growsBy('api-1', 'sock.established', 105),
      growsBy('api-1', 'sock.to.api-2', 50),
      growsBy('api-2', 'sock.established', 50),
      growsBy('generator', 'load.connections', 10),
    ];
    const known = run(95, targets, [2, 5]);
    const steps = known.steps.slice(0, 1);
    expect(connectionChurn.find({ ...known, steps })).toHaveLength(1);
    expect(connectionChurn.find({ ...known, steps, series })).toEqual([]);
  });

  it.each([
    ['what the generator itself dials', run(5, {}, [5, 15], 5)],
    ['a pool that grows', run(2, {}, [5, 15], 1)],
    ['what others on the machine dial', run(95, { 'api-1': { 'sock.time_wait': 30 } })],
    ['what others dial while a service dials once', run(95, {}, [5])],
  ])('is not %s', (_, known) => {
    expect(connectionChurn.find(known)).toEqual([]);
  });

  it('is not seen where nothing was answered', () => {
    const idle = run(95, { 'api-2': { 'sock.time_wait': closed } }, [5, 15]);
    const steps = idle.steps.map((each) => ({ ...each, load: { ...each.load, completedRps: 0 } }));
    expect(connectionChurn.find({ ...idle, steps })).toEqual([]);
  });
});

describe('refused connections', () => {
  const at = (failed: number, dials: number, refused: number, kind = 'status 502') =>
    evidence({
      steps: [
        step(0, {
          rps: 100,
          errors: failed > 0 ? { [kind]: failed * 10 } : {},
          targets: {
            'api-1': { 'net.dials_per_second': dials, 'net.failed_dials_per_second': refused },
            host: { 'net.dials_per_second': dials, 'net.failed_dials_per_second': refused },
          },
        }),
      ],
    });

  it('are why requests fail that wait for them', () => {
    expect(connectionsRefused.find(at(100, 101, 101))).toMatchObject([
      {
        title: '101 connections a second that api-1 opens are refused or get no answer at step 100/s',
        targets: ['api-1'],
        severity: 'critical',
      },
    ]);
  });

  it('are not told of the machine where as many came to nothing before the load', () => {
    const host = { 'net.dials_per_second': 20, 'net.failed_dials_per_second': 20 };
    const steps = [step(1, { rps: 100, errors: { 'status 500': 200 }, targets: { host } })];
    const run = evidence({ steps });
    const before = seriesOf('host', 'net.failed_dials_per_second', [
      [1e6, 19],
      [2e6, 20],
      [3e6, 20],
    ]);
    expect(connectionsRefused.find(run)).toHaveLength(1);
    expect(connectionsRefused.find({ ...run, series: [before] })).toEqual([]);
  });

  it.each(['connect ECONNREFUSED', 'shop/pay: connect ECONNREFUSED'])(
    'are not told of the machine where the generator met %s itself',
    (kind) => {
      const host = { 'net.dials_per_second': 20, 'net.failed_dials_per_second': 20 };
      const steps = [
        step(0, { rps: 100, errors: { [kind]: 200 }, targets: { host }, requests: ['shop/cart', 'shop/pay'] }),
      ];
      expect(connectionsRefused.find(evidence({ steps }))).toEqual([]);
    },
  );

  it.each([
    ['that cost no request anything', 0, 20, 20],
    ['of which there are a few for many failures', 80, 20, 20],
    ['among many that are taken', 10, 100, 20],
  ])('are not told %s', (_, failed, dials, refused) => {
    expect(connectionsRefused.find(at(failed, dials, refused))).toEqual([]);
  });
});

describe('retries', () => {
  const at =
    (rps: number, own: Record<string, number>, errors: Record<string, number> = {}) =>
    (index: number) =>
      step(index, { rps, errors, targets: { 'api-1': own } });

  it('that hide failures are told by what arrives behind', () => {
    const steps = [
      at(100, { 'app.requests_per_second': 100 }),
      at(200, { 'app.requests_per_second': 380, 'app.requests_per_second.503': 180 }),
    ].map((make, index) => make(index));
    expect(retryAmplification.find(evidence({ steps }))).toMatchObject([
      { title: 'api gets 1.9 times the requests that users sent: its failures are sent again', steps: ['200/s'] },
    ]);
  });

  it('that hide some of the failures count as often as requests are sent again, whatever comes of them', () => {
    const steps = [
      at(100, { 'app.requests_per_second': 100 }),
      at(200, { 'app.requests_per_second': 600, 'app.requests_per_second.503': 500 }, { 'status 503': 1000 }),
    ].map((make, index) => make(index));
    expect(retryAmplification.find(evidence({ steps }))).toMatchObject([
      {
        title:
          'api serves 100 of the 200/s that users want of it, and its failures are sent again: it gets 3 times as many',
        advice: expect.stringContaining('Find out what holds api at 100/s'),
      },
    ]);
  });

  it('come first where the service answered as many in some step, and second where it never did', () => {
    const failing = {
      'app.requests_per_second': 900,
      'app.requests_per_second.503': 700,
      'app.requests_in_flight': 5,
    };
    const orderIn = (answered: number) => {
      const errors = { 'status 503': 1000 };
      const steps = [at(answered, { 'app.requests_per_second': answered }), at(300, failing, errors)];
      const targets = [{ id: 'api-1', service: 'api' }];
      const [found] = retryAmplification.find(evidence({ targets, steps: steps.map((make, index) => make(index)) }));
      return found?.evidence.at(-1);
    };
    expect(orderIn(280)).toBe(
      'Retries came first: api has answered 280/s well (280/s), and users want no more than 300/s of it',
    );
    expect(orderIn(100)).toBe(
      'api was short first, as far as was seen, and retries made it worse: it never answered more than 200/s well (300/s), and users want 300/s of it; it has at most 5 requests under way when it fails others',
    );
  });

  it('are told where some fail in every step, and more arrive than users sent', () => {
    const steps = [at(200, { 'app.requests_per_second': 400, 'app.requests_per_second.503': 200 })(0)];
    expect(retryAmplification.find(evidence({ steps }))).toMatchObject([
      { title: 'api gets 2 times the requests that users sent: its failures are sent again' },
    ]);
  });

  it('are held against requests and not against arrivals, which may have several', () => {
    const failing = at(100, { 'app.requests_per_second': 300, 'app.requests_per_second.503': 100 });
    const made = failing(0);
    const load = { ...made.load, requests: 3 * made.load.planned, requestsRps: 300 };
    expect(retryAmplification.find(evidence({ steps: [made] }))).toHaveLength(1);
    expect(retryAmplification.find(evidence({ steps: [{ ...made, load }] }))).toEqual([]);
  });

  it('are not what a counter tells where the load itself goes, which counts the calls of that service', () => {
    const steps = [
      at(100, { 'app.requests_per_second': 100 }),
      at(200, { 'app.requests_per_second': 600, 'app.requests_per_second.500': 400 }, { 'status 502': 400 }),
    ].map((make, index) => make(index));
    const to = (service: string) => evidence({ steps, scenario: { ...scenario, target: { service, port: 80 } } });
    expect(retryAmplification.find(to('front'))).toMatchObject([{ targets: ['api-1', 'api-2'] }]);
    expect(retryAmplification.find(to('api'))).toEqual([]);
  });

  it('are not seen where users get their answers without a service that fails', () => {
    const failing = at(200, { 'app.requests_per_second': 200, 'app.requests_per_second.503': 60 });
    const steps = [at(100, { 'app.requests_per_second': 100 })(0), failing(1)];
    expect(retryAmplification.find(evidence({ steps }))).toEqual([]);
    expect(retryAmplification.find(evidence({ steps: [failing(0)] }))).toEqual([]);
  });

  it.each([
    [
      'a fan-out that is the same at each rate',
      { 'app.requests_per_second': 200 },
      { 'app.requests_per_second': 400 },
      {},
    ],
    [
      'failures that users see',
      { 'app.requests_per_second': 100 },
      { 'app.requests_per_second': 200, 'app.requests_per_second.5xx': 50 },
      { 'status 503': 500 },
    ],
    ['a service that tells no requests', {}, {}, {}],
  ])('are not seen in %s', (_, low, high, errors) => {
    const steps = [at(100, low), at(200, high, errors)].map((make, index) => make(index));
    expect(retryAmplification.find(evidence({ steps }))).toEqual([]);
  });

  it('are not seen in a service that refuses what users send, and gets it once', () => {
    const steps = [
      step(0, { rps: 100, targets: { 'api-1': { 'app.requests_per_second': 100 } } }),
      step(1, {
        rps: 450,
        answeredRps: 225,
        errors: { 'status 429': 2250 },
        targets: { 'api-1': { 'app.requests_per_second': 450, 'app.requests_per_second.429': 225 } },
      }),
    ];
    expect(retryAmplification.find(evidence({ steps }))).toEqual([]);
  });
});
