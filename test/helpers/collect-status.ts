/** The status of a collector that has met everything: what answers, what is empty, absent, busy, silent, and not kept. */
import { type CollectStatus, collectStatusSchema } from '../../src/model/collect-status.ts';

const at = '2026-01-31T14:30:00.000Z';
const before = (seconds: number) => new Date(Date.parse(at) - seconds * 1000).toISOString();
const none = { kept: 0, bytes: 0, seconds: 0, underWay: false } as const;

/** Every name and message that comes from outside is `word` where one is given. */
export function collectStatus(word?: string): CollectStatus {
  const own = (text: string) => word ?? text;
  const target = (id: string, service: string, port: number): Omit<CollectStatus['targets'][number], 'types'> => ({
    ...{ id: own(id), service: own(service), url: own(`http://127.0.0.1:${port}/debug/pprof`) },
    ...{
      how: own('published port 6060'),
      discovery: own('compose project shop'),
      labels: { [own('project')]: own('shop') },
    },
  });
  const ok = {
    outcome: 'ok',
    lastAt: before(12),
    lastOkAt: before(12),
    nextDueAt: before(-48),
    ...none,
    kept: 30,
  } as const;
  return collectStatusSchema.parse({
    schemaVersion: 1,
    kind: 'collect-status',
    at,
    startedAt: before(1800),
    to: own('/var/lib/rampart/profiles'),
    discoveries: [
      {
        name: own('compose project shop'),
        targets: 3,
        leftOut: 2,
        notes: [own('db-1: no pprof (asked http://172.18.0.9:6060/debug/pprof: 404)')],
      },
      {
        name: own('targets/*.json'),
        targets: 1,
        leftOut: 0,
        notes: [],
        stale: own('the last good list is kept: targets/a.json:3:1 is cut'),
      },
    ],
    targets: [
      {
        ...target('shop/web-1', 'web', 49153),
        answers: true,
        types: [
          { type: 'cpu', ...ok, seconds: 10, bytes: 81_920, underWay: true },
          { type: 'heap', ...ok, bytes: 40_960 },
          {
            type: 'mutex',
            ...none,
            outcome: 'empty',
            message: own('no samples: its rate is probably not enabled (runtime.SetMutexProfileFraction)'),
            lastAt: before(11),
            nextDueAt: before(-49),
          },
        ],
      },
      {
        ...target('shop/web-2', 'web', 49154),
        answers: true,
        types: [
          {
            type: 'cpu',
            ...none,
            seconds: 10,
            outcome: 'busy',
            message: own('answered 500: Could not enable CPU profiling: cpu profiling already in use'),
            lastAt: before(3),
            nextDueAt: before(-7),
          },
          { type: 'heap', ...ok, outcome: 'not kept', message: own('no space left on device') },
          {
            type: 'goroutineleak',
            ...none,
            outcome: 'absent',
            message: own('answered 404: Unknown profile'),
            lastAt: before(900),
            nextDueAt: before(-2700),
          },
        ],
      },
      {
        ...target('shop/worker-1', 'worker', 49155),
        answers: false,
        types: [
          {
            type: 'cpu',
            ...none,
            seconds: 10,
            outcome: 'unreachable',
            message: own('connect ECONNREFUSED 127.0.0.1:49155'),
            lastAt: before(40),
            nextDueAt: before(-200),
          },
          { type: 'heap', ...none, nextDueAt: before(-200) },
        ],
      },
      {
        ...target('10.0.0.7:6060', '10.0.0.7:6060', 6060),
        types: [{ type: 'cpu', ...none, seconds: 10, nextDueAt: before(-20) }],
      },
    ],
    totals: {
      ...{ kept: 60, bytes: 122_880, underWay: 1, late: 3, gone: 1 },
      tries: { ok: 60, empty: 30, absent: 1, busy: 4, 'timed out': 0, unreachable: 6, failed: 0, 'not kept': 2 },
    },
  });
}
