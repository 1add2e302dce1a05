import { describe, expect, it, test } from 'vitest';
import { slowUpstream } from '../../../src/analysis/findings/slow-upstream.ts';
import { background, companions, parkedIn, request } from '../../helpers/stacks.ts';
import { madeEvidence } from '../../helpers/waiting-run.ts';

const find = (...made: Parameters<typeof madeEvidence>) => slowUpstream.find(madeEvidence(...made));
const asks = (count: number) => request(count, parkedIn.roundTrip, 'shop/front.proxy');
const reads = (count: number) => request(count, parkedIn.ioWait, 'shop/api.(*Store).Find');
const calm = { rps: 100, responseMs: 20, stacks: { 'front-1': [asks(2)] } };
const jam = { rps: 400, answered: 200, responseMs: 500, stacks: { 'front-1': [asks(98), companions.readLoop(98)] } };

test('an upstream that is not observed is told by who waits for it, and how long', () => {
  expect(find([calm, jam])).toMatchObject([
    {
      severity: 'critical',
      title: 'Requests wait 490 ms for an answer (HTTP) of something that is not observed, in front.proxy of front',
      site: 'shop/front.proxy',
      share: 0.94,
    },
  ]);
});

test('it is looked for behind the last service that waits for answers', () => {
  const deeper = { ...jam, stacks: { ...jam.stacks, 'api-1': [reads(95)] } };
  const before = { ...calm, stacks: { ...calm.stacks, 'api-1': [reads(2)] } };
  expect(find([before, deeper])).toMatchObject([
    {
      targets: ['api-1'],
      evidence: [
        expect.anything(),
        expect.anything(),
        'front waits for it: 98 in net/http.(*persistConn).roundTrip, called by shop/front.proxy',
      ],
    },
  ]);
});

test('connections that take long to be opened are told as such', () => {
  const dials = {
    ...jam,
    stacks: { 'front-1': [request(98, parkedIn.getConn, 'shop/front.proxy'), companions.dial(98)] },
  };
  expect(find([calm, dials])[0]?.title).toBe(
    'Requests wait 490 ms for a connection (dialling) of something that is not observed, in front.proxy of front',
  );
});

test.each([
  ['that is observed and waits for a pool', { 'api-1': [request(94, parkedIn.sqlConn, 'shop/api.(*Store).Find')] }],
  ['that is observed and computes', { 'api-1': [request(94, parkedIn.running, 'shop/api.hash')] }],
  ['that is observed and has much to do', { 'api-1': [background(60, parkedIn.running, 'shop/api.hash')] }],
])('is silent about an upstream %s', (_, behind) => {
  expect(find([calm, { ...jam, stacks: { ...jam.stacks, ...behind } }])).toEqual([]);
});

test('is silent about one that is observed and has them in its run queue, where profiles show them parked still', () => {
  const parked = { ...jam.stacks, 'api-1': [background(94, parkedIn.ioWait, 'net/http.(*conn).serve')] };
  const queue = (runnable: number) => ({ ...jam, stacks: parked, values: { 'api-1': { 'sched.runqueue': runnable } } });
  const before = {
    ...calm,
    stacks: { ...calm.stacks, 'api-1': [background(2, parkedIn.ioWait, 'net/http.(*conn).serve')] },
  };
  expect(find([before, queue(1)])).toHaveLength(1);
  expect(find([before, queue(90)])).toEqual([]);
});

test('a machine whose CPU was used up meanwhile is told of, as what answers may run there', () => {
  const values = { host: { 'host.idle_percent': 2 } };
  const full = expect.stringContaining('next to none of this machine');
  expect(find([calm, { ...jam, values }])[0]?.evidence).toContainEqual(full);
  expect(
    find([
      { ...calm, values },
      { ...jam, values },
    ])[0]?.evidence,
  ).not.toContainEqual(full);
});

test('is silent about an upstream that takes as long as ever', () => {
  expect(find([calm, { rps: 400, responseMs: 20, stacks: { 'front-1': [asks(8)] } }])).toEqual([]);
});

describe('a process that requests start', () => {
  const wait = ['syscall.Syscall6', 'os.(*Process).pidfdWait', 'os.(*Process).Wait', 'os/exec.(*Cmd).Wait'];
  const packs = (count: number) => ({ 'front-1': [request(count, wait, 'os/exec.(*Cmd).Run', 'shop/front.pack')] });
  const told = (childrenPercent: number) => {
    const values = { 'front-1': { 'container.cpu_percent': 30, 'proc.cpu_children_percent': childrenPercent } };
    return find([
      { ...calm, stacks: packs(2) },
      { ...jam, stacks: packs(98), values },
    ])[0];
  };

  it('is told as such, and that it has the cores which the Ps of the service wait for', () => {
    const found = told(120);
    expect(found).toMatchObject({
      title: 'Requests wait 490 ms for a process that they start (os/exec), in front.pack of front',
      advice: expect.stringMatching(/^Look at what that process does: /),
      explains: expect.arrayContaining(['run-queue-backlog', 'goroutine-pile-up']),
    });
    expect(found?.evidence).toContain('at-400: the processes that front-1 started used 1.2 cores, itself 0.3');
  });

  it('has nothing to do with them where it uses less than the service', () => {
    expect(told(10)).not.toHaveProperty('explains');
  });
});
