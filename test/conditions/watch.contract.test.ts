/** Conditions and roles of real HTTP servers that change while they are looked at. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Watch } from '../../src/conditions/watch.ts';
import { startClock } from '../../src/host/clock.ts';
import type { Condition } from '../../src/model/condition.ts';
import type { ConditionChange, RoleChange } from '../../src/model/sample.ts';
import type { Target } from '../../src/model/topology.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

interface Node {
  readonly target: Target & { isAway: boolean; ports: Record<string, string> };
  /** Questions so far, and the connections that they came over. */
  readonly asked: { count: number; connections: number };
  answer: Handler;
  stop(): Promise<void>;
  /** Listens again, at another address. */
  start(): Promise<void>;
}

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function createNode(number: number, answer: Handler): Promise<Node> {
  const asked = { count: 0, connections: 0 };
  let server: Server;
  const node: Node = {
    target: { id: `node-${number}`, service: 'node', ports: {}, isAway: false },
    asked,
    answer,
    start: async () => {
      server = createServer((request, response) => {
        asked.count++;
        node.answer(request, response);
      }).on('connection', () => asked.connections++);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      node.target.ports = { '80': base };
      Object.assign(node.target, { metricsUrl: `${base}/metrics` });
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  await node.start();
  open.push(node.stop);
  return node;
}

const json =
  (body: unknown, status = 200): Handler =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

const nodes = (count: number, answer: Handler) =>
  Promise.all(Array.from({ length: count }, (_, index) => createNode(index + 1, answer)));

const agreed: Condition = { service: 'node', replicas: 'all', question: { kind: 'agree', path: '/', json: 'leader' } };
const isLeader: Condition = {
  service: 'node',
  replicas: 'all',
  question: { kind: 'http', path: '/', status: 200, json: 'isLeader', test: { equals: true } },
};

function watching(
  conditions: Readonly<Record<string, Condition>>,
  own: readonly Node[],
  roles: Readonly<Record<string, Condition>> = {},
) {
  const clock = startClock();
  const watch = new Watch({ conditions, roles }, clock);
  const changes: (ConditionChange | RoleChange)[] = [];
  watch.listen((change) => changes.push(change));
  watch.standing(own.map(({ target }) => target));
  open.unshift(() => watch.close());
  const seen = () => changes.map((each) => (each.kind === 'role' ? each.targets.join() : each.holds));
  return { clock, watch, changes, seen };
}

const never = new AbortController().signal;

describe('a condition', () => {
  it('is told of when it is first looked at, and whenever it changes, with the time of the look before', async () => {
    const own = await nodes(3, json({ leader: 'a' }));
    const { clock, changes, seen } = watching({ agreed }, own);
    await expect.poll(seen).toEqual([true]);
    const turnedUs = clock.nowUs();
    let askedUs = Number.NaN;
    if (own[1])
      own[1].answer = (...asked) => {
        if (Number.isNaN(askedUs)) askedUs = clock.nowUs();
        json({ leader: 'b' })(...asked);
      };
    await expect.poll(seen).toEqual([true, false]);
    if (own[1]) own[1].answer = json({ leader: 'a' });
    await expect.poll(seen).toEqual([true, false, true]);
    const [first, second] = changes as ConditionChange[];
    expect(first).toMatchObject({ condition: 'agreed', said: '3 say leader="a"' });
    expect(first).not.toHaveProperty('beforeUs', expect.any(Number));
    expect(second?.said).toBe('node-2 says leader="b", others leader="a"');
    expect(second?.atUs).toBeGreaterThanOrEqual(turnedUs);
    expect(second?.beforeUs).toBeLessThanOrEqual(askedUs);
  });

  it('is asked over one connection of each replica, one question at a time', async () => {
    const own = await nodes(2, (_, response) => setTimeout(() => response.end('{"leader":"a"}'), 30));
    const { seen } = watching({ agreed, again: { ...agreed, replicas: 2 } }, own);
    await expect.poll(seen).toEqual([true, true]);
    await expect.poll(() => own.every(({ asked }) => asked.count >= 4)).toBe(true);
    expect(own.map(({ asked }) => asked.connections)).toEqual([1, 1]);
  });

  it('leaves out replicas that are away, and finds those that come back elsewhere', async () => {
    const own = await nodes(3, json({ leader: 'a' }));
    const [, second] = own;
    if (!second) throw new Error('no node');
    const { seen, changes } = watching({ agreed }, own);
    await expect.poll(seen).toEqual([true]);
    second.target.isAway = true;
    await second.stop();
    second.answer = json({ leader: 'b' });
    await second.start();
    expect(seen()).toEqual([true]);
    second.target.isAway = false;
    await expect.poll(seen).toEqual([true, false]);
    expect((changes[1] as ConditionChange).said).toBe('node-2 says leader="b", others leader="a"');
  });

  it('does not hold when a replica is gone although nobody took it away', async () => {
    const own = await nodes(2, json({ leader: 'a' }));
    const { seen, changes } = watching({ agreed }, own);
    await expect.poll(seen).toEqual([true]);
    await own[1]?.stop();
    await expect.poll(seen).toEqual([true, false]);
    expect((changes[1] as ConditionChange).said).toMatch(/^1 of 2 replicas answer; node-2: .*(ECONNREFUSED|hang up)/);
    await own[1]?.start();
    await expect.poll(seen).toEqual([true, false, true]);
  });

  it('is looked at of the others while one does not answer', async () => {
    const own = await nodes(2, json({ leader: 'a' }));
    const any: Condition = {
      service: 'node',
      replicas: 'any',
      question: { kind: 'http', path: '/health', status: 503, test: {} },
    };
    const { seen, changes } = watching({ any, agreed }, own);
    await expect.poll(seen).toContain(true);
    const [first, second] = own;
    if (!first || !second) throw new Error('no node');
    second.answer = () => undefined;
    await expect.poll(() => second.asked.count).toBeGreaterThan(0);
    first.answer = (request, response) =>
      json({ leader: 'a' }, request.url === '/health' ? 503 : 200)(request, response);
    const turned = () => changes.find((each) => each.kind === 'condition' && each.condition === 'any' && each.holds);
    await expect.poll(turned).toBeDefined();
    const givenUp = () =>
      changes.find((each) => each.kind === 'condition' && each.said?.includes('no answer within 1s'));
    await expect.poll(givenUp).toBeDefined();
    // The silent one was given up later.
    expect(changes.map((each) => [turned(), givenUp()].indexOf(each)).filter((at) => at >= 0)).toEqual([0, 1]);
  });

  it('of what runs already is asked for beside its metrics', async () => {
    const [node] = await nodes(1, (request, response) => response.end(JSON.stringify({ leader: request.url })));
    if (!node) throw new Error('no node');
    node.target.ports = {};
    const { changes } = watching({ agreed: { ...agreed, question: { kind: 'agree', path: '/x', json: 'leader' } } }, [
      node,
    ]);
    await expect.poll(() => changes).toMatchObject([{ said: '1 say leader="/x"' }]);
  });

  it('of a metric reads the page of metrics', async () => {
    const own = await nodes(1, (request, response) =>
      response.end(request.url === '/metrics' ? `jobs{q="a"} ${own[0]?.asked.count}\njobs{q="b"} 10\n` : ''),
    );
    const jobs: Condition = {
      service: 'node',
      replicas: 'all',
      question: { kind: 'metric', name: 'jobs', labels: {}, test: { atLeast: 14 } },
    };
    const { seen } = watching({ jobs }, own);
    await expect.poll(seen).toEqual([false, true]);
  });

  it('of a line begins anew when something was done, with the times of the lines', async () => {
    const own = await nodes(2, json({}));
    const led: Condition = { service: 'node', replicas: 'any', question: { kind: 'log', pattern: 'became \\w+' } };
    const { watch, changes } = watching({ led }, own);
    const line = (target: string, atUs: number) =>
      watch.line({ target, atUs, stream: 'stderr', text: 'node became leader' });
    line('node-1', 500);
    line('other-1', 600);
    line('node-2', 3000);
    watch.countFrom(2000);
    expect(changes.map((each) => each.kind === 'condition' && [each.holds, each.atUs])).toEqual([
      [false, expect.any(Number)],
      [true, 500],
      [false, 1999],
      [true, 3000],
    ]);
  });

  it('that does not hold at the end is told of once more, with the last reason', async () => {
    const own = await nodes(1, json({ isLeader: false }));
    const { watch, changes, seen } = watching({ isLeader }, own);
    await expect.poll(seen).toEqual([false]);
    if (own[0]) own[0].answer = json({}, 500);
    const before = own[0]?.asked.count ?? 0;
    await expect.poll(() => own[0]?.asked.count).toBeGreaterThan(before + 2);
    await watch.close();
    expect(changes.map((each) => each.kind === 'condition' && each.said)).toEqual([
      'node-1: isLeader is false, not true',
      'node-1: status 500, not 200',
    ]);
  });

  it('is asked of replicas that are starting, which are still said to be away', async () => {
    const own = await nodes(2, json({ leader: 'a' }));
    const watch = new Watch({ conditions: { agreed }, roles: {} }, startClock());
    open.unshift(() => watch.close());
    const changes: unknown[] = [];
    watch.listen((change) => changes.push(change));
    for (const { target } of own) target.isAway = true;
    watch.starting(own.map(({ target }) => target));
    await expect.poll(() => changes).toMatchObject([{ holds: true, said: '2 say leader="a"' }]);
    watch.standing(own.map(({ target }) => target));
    await expect
      .poll(() => changes)
      .toMatchObject([{ holds: true }, { holds: false, said: 'no replica of node is there' }]);
  });
});

describe('who waits', () => {
  it('for a system to be ready is told what did not hold', async () => {
    const own = await nodes(2, json({ leader: 'a', isLeader: false }));
    const { watch } = watching({ agreed, isLeader }, own);
    await watch.allHold(['agreed'], 50_000, never);
    await expect(watch.allHold(['agreed', 'isLeader'], 300, never)).rejects.toMatchObject({
      code: 'not-ready',
      message:
        '1 of 2 conditions of topology.ready do not hold after 300ms\nisLeader: 0 of 2 replicas; node-1, node-2: isLeader is false, not true',
    });
    const ending = new AbortController();
    const waiting = watch.allHold(['isLeader'], 50_000, ending.signal);
    ending.abort(new Error('interrupted'));
    await expect(waiting).rejects.toThrow('interrupted');
  });

  it('for a condition since a moment waits until it holds anew', async () => {
    const own = await nodes(2, json({ leader: 'a' }));
    const { clock, watch, seen } = watching({ agreed }, own);
    await expect.poll(seen).toEqual([true]);
    const sinceUs = clock.nowUs();
    let came = false;
    const waiting = watch.hasCome('agreed', sinceUs, never).then(() => {
      came = true;
    });
    const before = own[0]?.asked.count ?? 0;
    await expect.poll(() => own[0]?.asked.count).toBeGreaterThan(before + 2);
    expect(came).toBe(false);
    if (own[1]) own[1].answer = json({ leader: 'b' });
    await expect.poll(seen).toEqual([true, false]);
    expect(came).toBe(false);
    if (own[0]) own[0].answer = json({ leader: 'b' });
    await waiting;
    // It came since then, whenever that is asked.
    await watch.hasCome('agreed', sinceUs, never);
  });
});

describe('a role', () => {
  it('is told of whenever another has it, or nobody', async () => {
    const own = await nodes(3, json({ isLeader: false }));
    const { seen } = watching({}, own, { leader: isLeader });
    await expect.poll(seen).toEqual(['']);
    if (own[2]) own[2].answer = json({ isLeader: true });
    await expect.poll(seen).toEqual(['', 'node-3']);
    if (own[0]) own[0].answer = json({ isLeader: true });
    await expect.poll(seen).toEqual(['', 'node-3', 'node-1,node-3']);
    for (const node of own) node.answer = json({ isLeader: false });
    await expect.poll(seen).toContain('');
  });

  it('is asked for at the moment it is wanted, and waited for while nobody has it', async () => {
    const own = await nodes(2, json({ isLeader: false }));
    const { watch } = watching({}, own, { leader: isLeader });
    const waiting = watch.whoHas('leader', never);
    const before = own[1]?.asked.count ?? 0;
    await expect.poll(() => own[1]?.asked.count).toBeGreaterThan(before + 2);
    if (own[1]) own[1].answer = json({ isLeader: true });
    expect((await waiting).map(({ id }) => id)).toEqual(['node-2']);
  });

  it('that nobody has is said to be nobody’s, with what each says', async () => {
    const own = await nodes(2, json({ isLeader: false }));
    const { watch } = watching({}, own, { leader: isLeader });
    await expect(watch.whoHas('leader', never)).rejects.toMatchObject({
      code: 'fault-failed',
      message: 'nobody was leader for 5s: node-1: isLeader is false, not true; node-2: isLeader is false, not true',
    });
  }, 180_000);
});

it('a question that a replica has no page for is refused, with all others of the kind', async () => {
  const own = await nodes(1, json({}));
  const watch = new Watch(
    {
      conditions: {
        a: { ...agreed, question: { kind: 'agree', path: '/', port: 81 } },
        b: { ...agreed, service: 'db' },
      },
      roles: { leader: isLeader },
    },
    startClock(),
  );
  open.unshift(() => watch.close());
  own[0]?.target && Object.assign(own[0].target.ports, { '8080': 'http://127.0.0.1:1' });
  expect(() => watch.standing(own.map(({ target }) => target))).toThrow(
    [
      'conditions.a: node-1 has no published port 81; it offers 80, 8080',
      'conditions.b: there is no target of service db',
      'roles.leader: node-1 offers 80, 8080: say which with port',
    ].join('\n'),
  );
});
