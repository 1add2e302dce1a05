/** A result as a ramp with a knee would give it, made by a seeded generator: the same bytes every time. */
import {
  type RunResult,
  resultSchemaVersion,
  runResultSchema,
  type Series,
  type StepResult,
} from '../../src/model/run-result.ts';
import { seriesInfo } from '../../src/model/series.ts';

const targets = ['loadbalancer-1', 'downstream-1', 'downstream-2', 'downstream-3'];
const startUs = 3_000_000;
const stepUs = 6_000_000;
const capacityRps = 1450;
const stepCount = 10;
const reasons = { 'IO wait': 60, 'chan receive': 22, select: 14, 'sync.Mutex.Lock': 3, semacquire: 4, runnable: 2 };

/** Uniform numbers from 0 to 1 (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Planned rate at a moment, requests per second; zero outside the steps. */
function plannedRps(atS: number): number {
  const index = Math.floor((atS * 1e6 - startUs) / stepUs);
  return index < 0 || index >= stepCount ? 0 : index === 0 ? 200 : 200 * index;
}

/** How far a rate is over what the service can take, 0 when it is not. */
function overload(rps: number): number {
  return Math.max(0, rps / capacityRps - 1);
}

function latency(count: number, p50: number, p99: number): StepResult['responseUs'] {
  const between = (share: number) => Math.round(p50 + (p99 - p50) * share);
  if (count === 0) return { count: 0, mean: 0, p50: 0, p90: 0, p95: 0, p99: 0, p999: 0, max: 0 };
  return {
    count,
    mean: between(0.15),
    p50: Math.round(p50),
    p90: between(0.45),
    p95: between(0.7),
    p99: Math.round(p99),
    p999: Math.round(p99 * 1.3),
    max: Math.round(p99 * 1.6),
  };
}

function steps(random: () => number): StepResult[] {
  return Array.from({ length: stepCount }, (_, index): StepResult => {
    const rps = index === 0 ? 200 : 200 * index;
    const planned = (rps * stepUs) / 1e6;
    const over = overload(rps);
    const failed = over > 0 ? Math.round(planned * over * 0.1) : 0;
    const timedOut = over > 0.15 ? Math.round(planned * over * 0.04) : 0;
    const dropped = over > 0.2 ? Math.round(planned * over * 0.06) : 0;
    const completed = planned - failed - timedOut - dropped;
    const load = rps / capacityRps;
    const service = 900 + 2500 * load ** 6;
    const response = service + over * 1_400_000;
    return {
      name: index === 0 ? 'warm-up' : String(rps),
      kind: index === 0 ? 'warmup' : 'measure',
      startUs: startUs + index * stepUs,
      durationUs: stepUs,
      load: {
        plannedRps: rps,
        sentRps: over > 0 ? capacityRps * 1.01 : rps,
        completedRps: Math.min(rps, capacityRps - over * 120),
        ...{ planned, completed, failed, timedOut, dropped, unfinished: 0 },
      },
      responseUs: latency(planned - dropped, response + 40, 3 * service + over * 2_400_000 + random() * 200),
      serviceUs: latency(completed + failed, service, 3 * service),
      lagUs: latency(planned - dropped, 60, 480 + random() * 300 + rps / 4),
      errors:
        failed > 0
          ? { 'status 503': failed - 12, 'read ECONNRESET': 12, ...(timedOut > 0 ? { timeout: timedOut } : {}) }
          : {},
      targets: {},
      goroutines: sites(over),
    };
  });
}

function sites(over: number): StepResult['goroutines'] {
  return targets.flatMap((target) => {
    const pile = target === 'loadbalancer-1' ? 900 * over : 180 * over;
    const frames = ['internal/poll.(*FD).Read', 'net.(*conn).Read', 'net/http.(*persistConn).readLoop'];
    return [
      {
        target,
        reason: 'IO wait',
        site: 'net/http.(*persistConn).readLoop',
        frames,
        mean: 62.5 + pile,
        max: 80 + pile * 1.4,
      },
      {
        ...{ target, reason: 'sync.Mutex.Lock', site: 'example.com/shop/cache.(*Cache).Get' },
        frames: [
          'sync.(*Mutex).Lock',
          'example.com/shop/cache.(*Cache).Get',
          'main.handleItem',
          'net/http.HandlerFunc.ServeHTTP',
        ],
        ...{ mean: 3 + pile * 0.6, max: 9 + pile },
      },
    ];
  });
}

/** One series, a point each `everyS` seconds where `value` gives one. */
function series(
  name: string,
  target: string,
  source: string,
  everyS: number,
  value: (atS: number) => number | undefined,
): Series {
  const points: [number, number][] = [];
  for (let atS = 1; atS <= 65; atS += everyS) {
    const seen = value(atS);
    if (seen !== undefined) points.push([Math.round(atS * 1e6), Number(seen.toPrecision(5))]);
  }
  return { name, target, unit: seriesInfo(name).unit, source, points };
}

function generatorSeries(random: () => number): Series[] {
  const noise = (share: number) => 1 + (random() - 0.5) * share;
  const running = (atS: number) => plannedRps(atS) > 0;
  const of = (name: string, value: (rps: number, over: number) => number) =>
    series(name, 'generator', 'load', 1, (atS) => {
      if (name.endsWith('_us') && !running(atS)) return undefined;
      return value(plannedRps(atS), overload(plannedRps(atS)));
    });
  const service = (rps: number) => 900 + 2500 * (rps / capacityRps) ** 6;
  return [
    of('load.planned_rps', (rps) => rps),
    of('load.sent_rps', (rps) => Math.min(rps, capacityRps * 1.01) * noise(0.01)),
    of('load.completed_rps', (rps, over) => Math.min(rps, capacityRps - over * 120) * noise(0.03)),
    of('load.failed_rps', (rps, over) => rps * over * 0.2 * noise(0.4)),
    of('load.in_flight', (rps, over) => (rps / 500 + over * 700) * noise(0.3)),
    of('load.waiting', (_, over) => over * 480 * noise(0.3)),
    of('load.connections', (rps, over) => Math.min(500, 8 + rps / 60 + over * 2000)),
    of('load.response_p50_us', (rps, over) => service(rps) * noise(0.1) + over * 1_400_000),
    of('load.response_p90_us', (rps, over) => 2 * service(rps) * noise(0.1) + over * 2_000_000),
    of('load.response_p99_us', (rps, over) => 3 * service(rps) * noise(0.2) + over * 2_400_000),
    of('load.response_max_us', (rps, over) => 5 * service(rps) * noise(0.5) + over * 3_400_000),
    of('load.service_p50_us', (rps) => service(rps) * noise(0.1)),
    of('load.service_p99_us', (rps) => 3 * service(rps) * noise(0.2)),
    of('load.lag_p99_us', (rps) => (480 + rps / 4) * noise(0.4)),
    of('load.cpu_percent', (rps) => 3 + Math.min(rps, 1500) / 28),
    of('load.loop_percent', (rps) => (2 + Math.min(rps, 1500) / 32) * noise(0.1)),
    series('host.cpu_percent', 'host', 'host', 1, (atS) => Math.min(99, 6 + plannedRps(atS) / 16) * noise(0.06)),
    series('host.steal_percent', 'host', 'host', 1, () => random() * 0.8),
  ];
}

function targetSeries(target: string, random: () => number): Series[] {
  const share = target === 'loadbalancer-1' ? 1 : 0.4;
  const noise = (width: number) => 1 + (random() - 0.5) * width;
  const blind = (atS: number) => target === 'downstream-2' && atS >= 31 && atS <= 36;
  const of = (name: string, source: string, everyS: number, value: (rps: number, atS: number) => number) =>
    series(name, target, source, everyS, (atS) => (blind(atS) ? undefined : value(plannedRps(atS) * share, atS)));
  const queue = (rps: number) => (overload(rps / share) * 60 + rps / 700) * noise(1) * share;
  const heap = (atS: number) => 14 + 10 * share + ((atS * 7 * share) % 22);
  return [
    of('sched.gomaxprocs', 'schedtrace', 1, () => 2),
    of('sched.idleprocs', 'schedtrace', 1, (rps) => Math.max(0, Math.round(2 - (rps / 500) * noise(0.5)))),
    of('sched.runqueue', 'schedtrace', 1, (rps) => Math.round(queue(rps))),
    of('sched.local_runqueue_total', 'schedtrace', 1, (rps) => Math.round(queue(rps) * 2.5)),
    of('sched.threads', 'schedtrace', 1, (rps) => 9 + Math.round(rps / 300)),
    of('gc.pause_ms', 'gctrace', 1.37 / share, (rps) => 0.08 + (rps / 5000) * random()),
    of('gc.heap_live_mib', 'gctrace', 1.37 / share, (_, atS) => heap(atS)),
    of('gc.heap_goal_mib', 'gctrace', 1.37 / share, (_, atS) => 2 * Math.min(heap(atS), 26)),
    of('gc.cpu_percent', 'gctrace', 1.37 / share, (rps) => 1 + rps / 400),
    of('gc.cycles', 'gctrace', 1.37 / share, (_, atS) => Math.round((atS * share) / 1.37)),
    of('container.cpu_percent', 'containers', 1, (rps) => Math.min(100, 2 + rps / 15) * noise(0.1)),
    of('container.memory_mib', 'containers', 1, (rps) => 30 + rps / 40),
    of('container.throttled_ms', 'containers', 1, (rps) => Math.max(0, rps / share - 1300) * 0.3 * share * noise(0.5)),
    of('go.go_memstats_alloc_bytes_total', 'metrics', 1, (_, atS) => 4e6 * atS * share),
    ...goroutineSeries(of),
  ];
}

function goroutineSeries(
  of: (name: string, source: string, everyS: number, value: (rps: number, atS: number) => number) => Series,
): Series[] {
  const count = (base: number, rps: number) => Math.round(base + (base / 40) * (rps / 100) + overload(rps) * base * 30);
  const waiting = Object.entries(reasons).map(([reason, base]) =>
    of(reason === 'runnable' ? 'goroutines.runnable' : `goroutines.waiting.${reason}`, 'goroutines', 2, (rps) =>
      count(base, rps),
    ),
  );
  const total = of('goroutines.total', 'goroutines', 2, (rps) =>
    Object.values(reasons).reduce((sum, base) => sum + count(base, rps), 0),
  );
  return [total, ...waiting];
}

/** For each target the values its series had in a step, as the analysis would summarise them. */
function withTargets(step: StepResult, all: readonly Series[]): StepResult {
  const found: StepResult['targets'] = {};
  for (const { name, target, points } of all) {
    const values = points.filter(([at]) => at >= step.startUs && at < step.startUs + step.durationUs).map(([, v]) => v);
    const last = values.at(-1);
    if (last === undefined) continue;
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    found[target] = { ...found[target], [name]: { mean, min: Math.min(...values), max: Math.max(...values), last } };
  }
  return { ...step, targets: found };
}

const diagnosis: NonNullable<RunResult['diagnosis']> = {
  outcome: 'cause',
  sentence: 'Requests wait 148 ms for one of 4 database connections, in shop.(*Store).Find of downstream',
  advice: 'Let the pool have more connections (SetMaxOpenConns), if the database can take them.',
  capacity: {
    sentence:
      'Holds 1,400/s within p99 < 50ms; breaks at 1,600/s (1,438/s answered), because requests wait 148 ms for one of 4 database connections, in shop.(*Store).Find of downstream',
    rates: 'Holds 1,400/s within p99 < 50ms; breaks at 1,600/s (1,438/s answered)',
    holdsRps: 1400,
    holdsStep: '1400',
    breaksRps: 1600,
    breaksStep: '1600',
    brokenSteps: ['1600', '1800'],
    sign: 'throughput',
  },
  cause: 'pool-exhausted',
  chain: [
    {
      text: 'loadbalancer waits for downstream: 231 goroutines in proxy.forward',
      target: 'loadbalancer-1',
      atUs: 50_800_000,
    },
    {
      text: 'Users at 1,600/s: p99 265 ms (8.83 ms at 1,400/s), 1,438/s answered',
      target: 'generator',
      series: 'load.response_p99_us',
    },
  ],
  movers: [
    {
      target: 'downstream-1',
      series: 'goroutines.waiting.select',
      atUs: 50_800_000,
      uncertaintyUs: 1_000_000,
      from: 4,
      to: 212,
    },
  ],
};

function findings(): RunResult['findings'] {
  const beyond = ['1600', '1800'];
  return [
    {
      id: 'pool-exhausted',
      role: 'cause',
      severity: 'critical',
      title: 'Requests wait 148 ms for one of 4 database connections, in shop.(*Store).Find of downstream',
      evidence: [
        '1600, downstream-1: 212 goroutines on average wait in shop.(*Store).Find, of 238 requests under way',
        'its pool had 4 of 4 connections in use',
      ],
      ruledOut: ['the processor: 2.1 of 4 Ps idle on average'],
      advice: 'Let the pool have more connections (SetMaxOpenConns), if the database can take them.',
      steps: beyond,
      targets: ['downstream-1'],
      site: 'shop.(*Store).Find',
      sinceUs: 50_600_000,
      share: 0.9,
      explains: ['throughput-ceiling', 'latency-knee'],
      charts: [{ target: 'downstream-1', series: 'goroutines.waiting.select' }],
    },
    {
      id: 'throughput-ceiling',
      severity: 'critical',
      title: 'Throughput stops following the load at step 1600',
      evidence: ['1600: 1,600/s planned, 1,438/s answered', 'best step: 1,438/s answered'],
      advice:
        'Above this rate requests pile up; latencies there depend on how long the overload lasts. Judge latency on the steps below.',
      steps: beyond,
    },
    {
      id: 'latency-knee',
      severity: 'warning',
      title: 'Response p99 leaves its level of 2.75 ms at step 1600',
      evidence: ['200: response p99 2.75 ms, service p99 2.70 ms', '1600: response p99 265 ms, service p99 16.2 ms'],
      advice:
        'Look at what else changes in this step: run queues, goroutines by wait reason, GC, CPU and throttling share its time axis.',
      steps: beyond,
    },
    {
      id: 'lock-convoy',
      role: 'cause',
      severity: 'note',
      title: 'Goroutines of loadbalancer-1 wait for a mutex',
      evidence: ['1800: up to 225 goroutines at example.com/shop/cache.(*Cache).Get'],
      advice: 'Take a mutex profile of this step, and look at who holds the lock of the cache.',
      steps: ['1800'],
    },
  ];
}

function slo(all: readonly StepResult[]): RunResult['slo'] {
  return all
    .filter((step) => step.kind === 'measure')
    .flatMap(({ name, responseUs, load }): RunResult['slo'] => {
      const p99Ms = responseUs.p99 / 1000;
      const lost = ((load.planned - load.completed) / load.planned) * 100;
      return [
        {
          rule: 'p99 < 50ms',
          step: name,
          observed: `${Number(p99Ms.toPrecision(3))} ms`,
          outcome: p99Ms < 50 ? 'pass' : 'fail',
        },
        {
          rule: 'errors < 0.1%',
          step: name,
          observed: `${Number(lost.toPrecision(3))} %`,
          outcome: lost < 0.1 ? 'pass' : 'fail',
        },
        {
          rule: 'p999 < 80ms',
          step: name,
          observed: `${responseUs.count} answers, 10000 are needed`,
          outcome: 'no-data',
        },
      ];
    });
}

/** What the sample sent. */
export const sampleLoad = { mode: 'open', arrivals: 'uniform', maxConnections: 500, timeoutMs: 10_000 };

const frame = {
  schemaVersion: resultSchemaVersion,
  kind: 'run',
  id: '20261104-101500-ramp',
  startedAt: '2026-11-04T10:15:00.000Z',
  tool: { name: 'rampart', version: '0.1.0' },
  scenario: {
    name: 'ramp',
    description: 'A staircase to beyond what one balancer and three downstreams can take.',
    seed: 1,
    load: sampleLoad,
  },
  environment: {
    ...{
      engine: 'process',
      os: 'linux 6.6',
      cpuModel: 'Example CPU at 2.8 GHz',
      cpus: 2,
      memoryBytes: 8 * 1024 ** 3,
      node: 'v20.20.2',
    },
    facts: { Go: 'go1.26.1 linux/amd64', GOMAXPROCS: '2' },
    targets: targets.map((id) => ({ id, service: id.slice(0, -2) })),
  },
} as const;

/** Nothing ran: what a report must still be able to show. */
const nothing = { warnings: [], observers: [], steps: [], series: [], events: [], gaps: [], findings: [], slo: [] };

/** Ten steps, four targets, a knee at 1600 requests per second, one sampler that went blind for a while. */
export function sampleResult(): RunResult {
  const random = seeded(7);
  const all = [...generatorSeries(random), ...targets.flatMap((target) => targetSeries(target, random))];
  const done = steps(random).map((step) => withTargets(step, all));
  return runResultSchema.parse({
    ...frame,
    status: 'complete',
    validity: { verdict: 'valid', reasons: [] },
    warnings: ['CPU limits of compose.yaml are not enforced for local processes: no writable cgroup'],
    observers: [
      { kind: 'schedtrace', cost: 'one line each second, printed by the runtime; under 0.1 % CPU' },
      { kind: 'goroutines', cost: 'stops the world for each profile, about 1 ms per 1,000 goroutines' },
    ],
    steps: done,
    series: all,
    events: [
      { atUs: 2_900_000, kind: 'phase', message: 'load begins' },
      { atUs: 31_000_000, target: 'downstream-2', kind: 'sampler', message: 'pprof answers no more' },
      { atUs: 63_100_000, kind: 'phase', message: 'load ended, draining' },
    ],
    gaps: ['schedtrace', 'goroutines', 'metrics'].map((source) => ({
      ...{ atUs: 31_200_000, target: 'downstream-2', source, count: 6 },
      message: 'connect ECONNREFUSED 127.0.1.4:8080',
    })),
    findings: findings(),
    diagnosis,
    slo: slo(done),
  });
}

/** The same run with a generator that could not hold its schedule. */
export function invalidResult(): RunResult {
  const message = 'the generator itself was late: dispatch lag p99 84.1 ms, at most 10 ms is allowed';
  return {
    ...sampleResult(),
    validity: { verdict: 'invalid', reasons: [{ code: 'generator-late', message, step: '1800' }] },
  };
}

/** A run that ended before any load. */
export function failedResult(): RunResult {
  const message = 'downstream-2 was not ready after 30s: connect ECONNREFUSED 127.0.1.4:8080';
  return runResultSchema.parse({
    ...frame,
    ...nothing,
    status: 'failed',
    failure: {
      code: 'not-ready',
      message,
      hint: 'Look at logs/downstream-2.log, or raise topology.readyTimeout.',
      exitCode: 3,
    },
    validity: { verdict: 'invalid', reasons: [{ code: 'incomplete', message: `the run is not complete: ${message}` }] },
  });
}

/** A run of one step in which nothing was due and nothing was seen. */
export function emptyResult(): RunResult {
  const none = latency(0, 0, 0);
  const load = {
    plannedRps: 0,
    sentRps: 0,
    completedRps: 0,
    planned: 0,
    completed: 0,
    failed: 0,
    timedOut: 0,
    dropped: 0,
    unfinished: 0,
  };
  const times = { responseUs: none, serviceUs: none, lagUs: none };
  return runResultSchema.parse({
    ...frame,
    ...nothing,
    status: 'complete',
    validity: { verdict: 'valid', reasons: [] },
    steps: [
      {
        name: 'quiet',
        kind: 'measure',
        startUs: 0,
        durationUs: 1_000_000,
        load,
        ...times,
        errors: {},
        targets: {},
        goroutines: [],
      },
    ],
  });
}

/** A small run in which every name tries to break out of the page. */
export function hostileResult(): RunResult {
  const evil = '</script><script>alert(1)</script><b onclick="x">\'&';
  const empty = emptyResult();
  const [step] = empty.steps;
  const target = evil;
  return runResultSchema.parse({
    ...empty,
    id: evil,
    scenario: { ...empty.scenario, name: evil, description: evil },
    environment: {
      ...empty.environment,
      engine: evil,
      facts: { [evil]: evil },
      targets: [{ id: evil, service: evil }],
    },
    warnings: [evil],
    observers: [{ kind: evil, cost: evil }],
    steps: [
      {
        ...step,
        name: evil,
        errors: { [evil]: 3 },
        targets: { [evil]: { [evil]: { mean: 1, min: 1, max: 1, last: 1 } } },
        goroutines: [{ target, reason: evil, site: evil, frames: [evil], mean: 1, max: 1 }],
      },
    ],
    series: [
      {
        name: evil,
        target,
        unit: evil,
        source: evil,
        points: [
          [0, 1],
          [1e6, 2],
        ],
      },
    ],
    events: [{ atUs: 1, target, kind: evil, message: evil }],
    gaps: [{ atUs: 1, target, source: evil, count: 1, message: evil }],
    findings: [{ id: evil, severity: 'warning', title: evil, evidence: [evil], advice: evil, steps: [evil] }],
    slo: [{ rule: evil, step: evil, observed: evil, outcome: 'fail' }],
    faults: [
      {
        ...{ name: evil, kind: evil, what: evil, targets: [evil], askedUs: 0, startUs: 0, endUs: 5e5 },
        broken: [{ rule: evil, fromUs: 0, toUs: 1, totalUs: 1 }],
        recovery: { state: 'cannot-tell', why: evil },
      },
    ],
    conditions: [{ name: evil, changes: [{ atUs: 0, holds: true, said: evil, uncertaintyUs: 0 }] }],
    convergences: [{ condition: evil, after: evil, event: 'fault', fromUs: 0, untilUs: 1e6, state: 'held' }],
    roles: [{ role: evil, spans: [{ fromUs: 0, toUs: 1e6, targets: [evil] }] }],
    validity: { verdict: 'invalid', reasons: [{ code: evil, message: evil, step: evil }] },
  });
}

/** The sample with two requests, and with what its exchanges consisted of. */
export function detailedResult(): RunResult {
  const result = sampleResult();
  const none = latency(0, 0, 0);
  return {
    ...result,
    steps: result.steps.map((step) => {
      const { planned, completed, failed, timedOut, dropped, unfinished } = step.load;
      const counts = { planned, completed, failed, timedOut, dropped, unfinished };
      const { responseUs, serviceUs } = step;
      return {
        ...step,
        phases: { connectUs: latency(40, 90, 700), tlsUs: none, firstByteUs: latency(completed, 150, 4321) },
        requests: ['list of everything there is', '</td>[cart]'].map((name) => ({
          name,
          ...counts,
          responseUs,
          serviceUs,
        })),
      };
    }),
  };
}
