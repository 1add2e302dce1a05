import { expect, it } from 'vitest';
import { gc, inspectText, sched } from '../../helpers/inspect-log.ts';

const other = '{"level":"info","msg":"request served","path":"/"}\n';
const range = (count: number) => Array.from({ length: count }, (_, index) => index);

it('reads the log of a service that was restarted, with other lines in between', () => {
  const life = (worst: number) =>
    range(20)
      .map((at) => sched(at * 30_000, at === 7 ? worst : 0, at === 7 ? 0 : 1) + other + gc(at + 1, at * 30, 0.2, 10))
      .join(other);
  const found = inspectText(life(40) + other + life(60));
  expect(found.kind).toBe('log');
  expect(found.counts).toEqual({
    sched: 40,
    gc: 40,
    scavenge: 0,
    pacer: 0,
    init: 0,
    goroutines: 0,
    rejects: 0,
  });
  expect(found.processes.map(({ name }) => name)).toEqual(['process 1', 'process 2']);
  const [first, second] = found.processes;
  expect(first?.sched).toMatchObject({
    lines: 20,
    fromMs: 0,
    toMs: 570_000,
    intervalMs: 30_000,
    saturatedLines: 1,
    runqueue: { mean: 2, max: 40, min: 0 },
    localRunqueues: { mean: 3, max: 3 },
    roundsPerSecond: 2000,
  });
  expect(second?.sched?.worst[0]).toMatchObject({ atMs: 210_000, runqueue: 60, localRunqueues: 3, idleprocs: 0 });
  expect(first?.gc).toMatchObject({ cycles: 20, perMinute: 2, missing: 0, pauseMs: { p50: 0.2, max: 0.2, total: 4 } });
  expect(found.judgements[0]?.title).toContain('was started 2 times');
});

it('tells streams apart by their prefixes, and says when a line was written', () => {
  const at = (second: number) => `2026-01-01T00:00:0${second}.000000000Z`;
  const log = range(3).map((second) =>
    ['api-1', 'api-2'].map((name) => `${name}  | ${at(second)} ${sched(second * 1000, 5, 0)}`).join(''),
  );
  const { processes } = inspectText(log.join(''));
  expect(processes.map(({ name }) => name)).toEqual(['api-1 process 1', 'api-2 process 1']);
  expect(processes[1]?.sched?.worst[0]).toMatchObject({ runqueue: 5, time: at(0) });
});

it('says that goroutines waited for CPU only when they did in many of enough lines', () => {
  const judged = (saturated: number, lines: number) =>
    inspectText(
      range(lines)
        .map((at) => sched(at * 1000, at < saturated ? 9 : 0, at < saturated ? 0 : 2))
        .join(''),
    ).judgements;
  expect(judged(5, 20)[0]).toMatchObject({ severity: 'warning', certainty: 'certain' });
  expect(judged(5, 20)[0]?.title).toContain('25 % of 20 SCHED lines');
  expect(judged(3, 20)).toEqual([]);
  expect(judged(5, 5)).toEqual([]);
});

it('calls a rising floor of the live heap a possible leak, and a rising peak not', () => {
  const judged = (live: (at: number) => number) =>
    inspectText(
      range(40)
        .map((at) => gc(at + 1, at, 0.1, live(at)))
        .join(''),
    ).judgements.map(({ title }) => title);
  expect(judged((at) => 10 + 5 * at)).toEqual([expect.stringContaining('the least of the live heap rose from 10 to')]);
  expect(judged((at) => (at % 2 === 0 ? 10 : 10 + 5 * at))).toEqual([]);
});

it('counts cycles that are not in the log, and what could not be read', () => {
  const found = inspectText(`${gc(1, 1, 0.1, 4)}${gc(11, 11, 3, 4)}gc 12 @12.0s 3%: 0.1+\n${other.repeat(40)}`);
  expect(found.processes[0]?.gc).toMatchObject({ cycles: 2, missing: 9, perMinute: 60 });
  expect(found.rejects).toEqual([{ kind: 'gc', count: 1, example: 'gc 12 @12.0s 3%: 0.1+' }]);
});

it('keeps the first and the last of very many processes, and counts the others', () => {
  const found = inspectText(
    range(200)
      .map(() => sched(0, 0, 2) + sched(1000, 0, 2))
      .join(''),
  );
  expect(found.counts.sched).toBe(400);
  expect(found.processes).toHaveLength(64);
  expect(found.processesLeftOut).toBe(136);
  expect(found.processes[0]?.name).toBe('process 1');
  expect(found.processes.at(-1)?.name).toBe('process 200');
});

it('draws very many lines with a bounded number of points, and keeps every peak', () => {
  const found = inspectText(
    range(5000)
      .map((at) => sched(at * 1000, at === 1234 ? 99 : 0, 1))
      .join(''),
  );
  const points = found.processes[0]?.series.find(({ name }) => name === 'sched.runqueue')?.points ?? [];
  expect(points.length).toBeLessThanOrEqual(600);
  expect(points.find(([, value]) => value === 99)?.[0]).toBe(1234);
  expect(points.toSorted((a, b) => a[0] - b[0])).toEqual(points);
});

it('is a dump when it holds nothing else, and keeps what goroutines wait for', () => {
  const found = inspectText('goroutine 5 [chan send, 12 minutes]:\nmain.leak(0xc0)\n\t/src/main.go:7 +0x1\n');
  expect(found.kind).toBe('dump');
  expect(found.groups).toEqual([
    { count: 1, reason: 'chan send', site: 'main.leak', frames: ['main.leak'], longestWaitMinutes: 12, exampleId: 5 },
  ]);
});

it('lets one process speak for many that say the same', () => {
  const life = (worst: number) =>
    range(20)
      .map((at) => sched(at * 1000, worst, 0))
      .join('');
  const titles = inspectText(
    range(5)
      .map((at) => life(at + 1))
      .join(''),
  ).judgements.map(({ title }) => title);
  expect(titles).toEqual([
    expect.stringContaining('was started 5 times'),
    '5 processes, such as process 5: goroutines waited for CPU in 100 % of 20 SCHED lines',
  ]);
});

it('says that a log is upside down instead of counting a process for each line', () => {
  const lines = range(30).map((at) => sched(at * 1000, 0, 1) + gc(at + 1, at, 0.2, 10));
  const found = inspectText(lines.toReversed().join(''));
  expect(found.judgements[0]).toMatchObject({ severity: 'warning', title: expect.stringContaining('upside down') });
  expect(found.judgements[0]?.evidence.join()).toContain('tac');
  expect(found.judgements.map(({ title }) => title).join()).not.toContain('started');
  const upright = [inspectText(lines.join('')), inspectText(lines.slice(0, 1).join('').repeat(30))];
  expect(
    upright
      .flatMap(({ judgements }) => judgements)
      .map(({ title }) => title)
      .join(),
  ).not.toContain('upside');
});
