/** `faults:`, `conditions:` and `roles:` as they are written, and what is refused. */
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { known } from '../../src/registry.ts';
import { loadScenario } from '../../src/scenario/load-scenario.ts';

function load(rest: object, topology: object = { engine: 'process', compose: 'c.yaml' }) {
  const text = stringify({
    name: 'faults',
    topology,
    target: { service: 'api', port: 80 },
    load: { steps: [{ rate: '50/s', for: '60s' }] },
    ...rest,
  });
  return loadScenario({ file: 'f.yaml', text, overrides: [], known }).scenario;
}

const actionOf = (fault: object) =>
  load({ faults: [{ at: '10s', ...fault }] }, { compose: 'c.yaml' }).faults?.[0]?.action;
const refusal = (rest: object, topology?: object) => {
  try {
    load(rest, topology);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

it('reads each kind of fault', () => {
  const of = { service: 'api', replica: 2 };
  expect(actionOf({ kill: 'api#2' })).toEqual({ kind: 'kill', of });
  expect(actionOf({ pause: { service: 'api', pick: 1 } })).toEqual({ kind: 'pause', of: { service: 'api', pick: 1 } });
  expect(actionOf({ restart: 'api' })).toEqual({ kind: 'restart', of: { service: 'api' } });
  expect(actionOf({ scale: { api: 5 } })).toEqual({ kind: 'scale', service: 'api', replicas: 5 });
  expect(actionOf({ cpu: { of: 'api#2', cores: 0.2 } })).toEqual({ kind: 'cpu', of, cores: 0.2 });
  expect(actionOf({ cpu: { of: 'api#2', burners: 2 } })).toEqual({ kind: 'cpu', of, burners: 2 });
  expect(actionOf({ memory: { of: 'api#2', limit: '64MiB' } })).toEqual({ kind: 'memory', of, limitBytes: 67_108_864 });
  const network = {
    to: 'api#2',
    from: 'front',
    port: 80,
    latency: '50ms',
    jitter: '10ms',
    loss: '1%',
    bandwidth: '1MiB/s',
  };
  expect(actionOf({ network })).toEqual({
    kind: 'network',
    to: of,
    from: 'front',
    port: 80,
    latencyMs: 50,
    jitterMs: 10,
    loss: 0.01,
    bytesPerSecond: 1_048_576,
  });
  expect(actionOf({ network: { to: 'api', cut: 'blackhole' } })).toMatchObject({ cut: 'blackhole' });
  expect(actionOf({ partition: ['api#1', ['api#2', 'api#3']] })).toEqual({
    kind: 'partition',
    groups: [[{ service: 'api', replica: 1 }], [of, { service: 'api', replica: 3 }]],
  });
  expect(actionOf({ slow: { of: 'api#2', port: 80, by: '200ms', share: '10%' } })).toEqual({
    kind: 'slow',
    of,
    port: 80,
    byMs: 200,
    share: 0.1,
  });
  expect(actionOf({ error: { of: 'api#2', port: 80, status: 502, share: 0.5 } })).toEqual({
    kind: 'error',
    of,
    port: 80,
    status: 502,
    share: 0.5,
  });
  const http = { of: 'api#2', port: 80, method: 'PUT', path: '/ideal', body: 3 };
  expect(actionOf({ http })).toEqual({ ...http, kind: 'http', of, headers: {}, body: '3' });
  expect(actionOf({ for: '1s', http: { ...http, undo: { body: 5 } } })).toMatchObject({
    undo: { method: 'PUT', path: '/ideal', headers: {}, body: '5' },
  });
  expect(actionOf({ run: ['systemctl', 'stop', 'api'], undo: ['systemctl', 'start', 'api'] })).toEqual({
    kind: 'run',
    command: ['systemctl', 'stop', 'api'],
    undo: ['systemctl', 'start', 'api'],
  });
});

it('leaves faults in the order of the file, and names those that have no name', () => {
  const { faults } = load(
    {
      faults: [
        { at: '30s', for: '5s', kill: 'api#1' },
        { name: 'first', at: '0s', for: '1s', pause: 'api' },
        { at: '40s', until: 'recovered', kill: 'api#1' },
      ],
    },
    { compose: 'c.yaml' },
  );
  expect(faults?.map(({ name, atMs, forMs, until }) => [name, atMs, forMs, until])).toEqual([
    ['kill-api#1', 30_000, 5000, undefined],
    ['first', 0, 1000, undefined],
    ['kill-api#1-2', 40_000, undefined, 'recovered'],
  ]);
});

it('reads conditions of each kind, and who has a role', () => {
  const { conditions, roles, topology } = load(
    {
      conditions: {
        'members=5': { service: 'node', http: '/members', port: 8080, json: 'members.length', equals: 5 },
        up: { service: 'node', http: '/healthz', status: 204, replicas: 2 },
        busy: { service: 'node', metric: 'jobs{queue="a",state="open"}', atLeast: 1, atMost: 9, replicas: 'any' },
        agreed: { service: 'node', agree: '/status', port: 8080, json: 'leader', members: 3 },
        serving: { service: 'node', log: 'serving .* requests' },
      },
      roles: { leader: { service: 'node', http: '/status', json: 'isLeader', equals: true } },
    },
    { compose: 'c.yaml', ready: { within: '30s', when: ['agreed'] } },
  );
  expect(conditions).toEqual({
    'members=5': {
      service: 'node',
      replicas: 'all',
      question: {
        kind: 'http',
        path: '/members',
        port: 8080,
        status: 200,
        json: 'members.length',
        test: { equals: 5 },
      },
    },
    up: { service: 'node', replicas: 2, question: { kind: 'http', path: '/healthz', status: 204, test: {} } },
    busy: {
      service: 'node',
      replicas: 'any',
      question: {
        kind: 'metric',
        name: 'jobs',
        labels: { queue: 'a', state: 'open' },
        test: { atLeast: 1, atMost: 9 },
      },
    },
    agreed: {
      service: 'node',
      replicas: 'all',
      question: { kind: 'agree', path: '/status', port: 8080, json: 'leader', members: 3 },
    },
    serving: { service: 'node', replicas: 'all', question: { kind: 'log', pattern: 'serving .* requests' } },
  });
  expect(roles?.['leader']?.question).toMatchObject({ test: { equals: true } });
  expect(topology).toMatchObject({ readyTimeoutMs: 30_000, readyWhen: ['agreed'] });
});

it.each([
  ['nothing to do', [{ at: '1s' }], 'must do one thing'],
  ['two things', [{ at: '1s', kill: 'api', pause: 'api' }], 'got kill and pause'],
  ['an end twice', [{ at: '1s', for: '1s', until: 'recovered', kill: 'api' }], 'must not be given beside for'],
  ['a start after the load', [{ at: '60s', kill: 'api' }], 'begins at 1m, when the load of 1m is over'],
  ['an end after the load', [{ at: '50s', for: '11s', kill: 'api' }], 'ends at 1m1s, after the load of 1m'],
  [
    'an unknown condition',
    [{ at: '1s', until: 'calm', kill: 'api' }],
    'until must be recovered or a condition, got "calm"',
  ],
  ['an unknown role', [{ at: '1s', kill: { role: 'leader' } }], 'there is no role "leader" (roles: none)'],
  ['no end of a restart', [{ at: '1s', for: '1s', restart: 'api' }], 'is of no use with restart'],
  ['no way back', [{ at: '1s', for: '1s', run: ['false'] }], 'which command takes it back'],
  [
    'no way back of a request',
    [{ at: '1s', for: '1s', http: { of: 'api', port: 80, path: '/drain' } }],
    'which request takes it back',
  ],
  ['a share of 0', [{ at: '1s', error: { of: 'api', share: '0%' } }], 'must be a share above 0'],
  ['an empty network', [{ at: '1s', network: { to: 'api' } }], 'must have one of latency, loss, bandwidth and cut'],
  [
    'a cut that is late',
    [{ at: '1s', network: { to: 'api', cut: 'reset', latency: '1s' } }],
    'leaves nothing to be late',
  ],
  [
    'faults that exclude each other',
    [
      { at: '1s', for: '10s', kill: 'api' },
      { at: '5s', for: '1s', pause: 'api#2' },
    ],
    'overlaps \\"kill-api\\": api is stopped already by kill'.replaceAll('\\', ''),
  ],
  [
    'the same twice',
    [
      { name: 'a', at: '1s', for: '10s', kill: 'api#2' },
      { name: 'a', at: '5s', for: '1s', kill: 'api#2' },
    ],
    'the end of one would end the other',
  ],
])('refuses %s', (_, faults, message) => {
  expect(refusal({ faults }, { compose: 'c.yaml' })).toContain(message);
});

it('lets something else be done to what was restarted before', () => {
  const faults = [
    { at: '1s', restart: 'api' },
    { at: '20s', for: '1s', kill: 'api#1' },
  ];
  expect(refusal({ faults }, { compose: 'c.yaml' })).toBe('');
});

it('refuses what an engine can do nothing about, and roles that nobody can be asked for', () => {
  const external = { engine: 'external', targets: [{ name: 'api' }] };
  const faults = [{ at: '1s', for: '1s', kill: 'api' }];
  const target = { url: 'http://127.0.0.1:1/' };
  expect(refusal({ faults, target }, external)).toMatch(/f.yaml:\d+:\d+ faults\[0\] /);
  expect(refusal({ roles: { leader: { service: 'api', log: 'I lead' } } })).toContain('log cannot tell who has it now');
});

it('takes rules about recovery and convergence where there is something to recover from', () => {
  const rest = {
    faults: [{ name: 'gone', at: '1s', for: '1s', kill: 'api' }],
    conditions: { up: { service: 'api', http: '/' } },
  };
  const { slo } = load(
    { ...rest, slo: ['recovery < 5s', 'recovery(gone) < 2s', 'converged(up) <= 10s'] },
    { compose: 'c.yaml' },
  );
  expect(slo.map(({ metric, of, bound }) => [metric, of, bound])).toEqual([
    ['recovery', undefined, 5e6],
    ['recovery', 'gone', 2e6],
    ['converged', 'up', 1e7],
  ]);
  expect(refusal({ slo: ['recovery < 5s'] })).toContain('needs faults, and the scenario has none');
  expect(refusal({ ...rest, slo: ['recovery(x) < 5s'] }, { compose: 'c.yaml' })).toContain(
    'must name a fault, got "x" (faults: gone)',
  );
});

it('takes one restart after another, and a fault after a restart', () => {
  const faults = [
    { at: '1s', restart: 'api' },
    { at: '20s', restart: 'api' },
    { at: '40s', for: '1s', kill: 'api#1' },
  ];
  expect(load({ faults }, { compose: 'c.yaml' }).faults?.map(({ name }) => name)).toEqual([
    'restart-api',
    'restart-api-2',
    'kill-api#1',
  ]);
  const atOnce = [
    { at: '1s', restart: 'api' },
    { at: '1s', for: '1s', kill: 'api#1' },
  ];
  expect(refusal({ faults: atOnce }, { compose: 'c.yaml' })).toContain('is stopped already by');
});
