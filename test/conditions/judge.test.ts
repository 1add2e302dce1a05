/** What replicas say, each and all together. */
import { describe, expect, it } from 'vitest';
import { type PageAnswer, saysOf, toldBy } from '../../src/conditions/answer.ts';
import { judgeAgreement, judgeEach } from '../../src/conditions/judge.ts';
import { LineLooks } from '../../src/conditions/line-looks.ts';
import type { Condition, Question, ValueTest } from '../../src/model/condition.ts';

const page = (body: string, status = 200): PageAnswer => ({ status, body });
const http = (test: ValueTest = {}, json?: string, status = 200) =>
  ({ kind: 'http', path: '/', status, json, test }) as const;

describe('one replica', () => {
  it.each<[string, ReturnType<typeof http>, PageAnswer, boolean, string]>([
    ['answers', http(), page(''), true, 'status 200'],
    ['answers otherwise', http(), page('', 503), false, 'status 503, not 200'],
    ['answers as it should', http({}, undefined, 503), page('', 503), true, 'status 503'],
    ['does not answer', http(), { why: 'connect ECONNREFUSED' }, false, 'connect ECONNREFUSED'],
    [
      'has so many',
      http({ equals: 5 }, 'members.length'),
      page('{"members":[1,2,3,4]}'),
      false,
      'members.length is 4, not 5',
    ],
    ['has a number as text', http({ equals: 5 }, 'term'), page('{"term":"5"}'), true, 'term is "5"'],
    ['has a text', http({ equals: 'up' }, 'state'), page('{"state":"down"}'), false, 'state is "down", not "up"'],
    ['has a truth', http({ equals: true }, 'isLeader'), page('{"isLeader":true}'), true, 'isLeader is true'],
    ['has no such value', http({ equals: true }, 'isLeader'), page('{}'), false, 'isLeader is absent'],
    ['has a map', http({ equals: 'x' }, 'a'), page('{"a":{"b":1}}'), false, 'a is {"b":1}, not "x"'],
    ['has enough', http({ atLeast: 2, atMost: 3 }, 'n'), page('{"n":2}'), true, 'n is 2'],
    ['has too few', http({ atLeast: 2 }, 'n'), page('{"n":1.5}'), false, 'n is 1.5, not at least 2'],
    ['has too many', http({ atMost: 3 }, 'n'), page('{"n":4}'), false, 'n is 4, not at most 3'],
    ['has no number', http({ atMost: 3 }, 'n'), page('{"n":"few"}'), false, 'n is "few", not at most 3'],
    [
      'has another id',
      http({ equals: '9372538179322589801' }, 'id'),
      page('{"id":9372538179322589802}'),
      false,
      'id is "9372538179322589802", not "9372538179322589801"',
    ],
    ['is no JSON', http({ equals: 1 }, 'n'), page('<html>'), false, '"<html>" is no JSON'],
  ])('%s', (_, question, answer, holds, said) => {
    expect(saysOf(question, answer)).toEqual({ holds, said });
  });

  const metrics = page(
    '# TYPE jobs gauge\njobs{queue="a",state="open"} 3\njobs{queue="b",state="open"} 4\njobs_total 100\njobs{queue="a",state="done"} 1e2\n',
  );
  it.each<[string, Readonly<Record<string, string>>, ValueTest, boolean, string]>([
    ['one that matches', { queue: 'b' }, { equals: 4 }, true, 'jobs{queue="b"} is 4'],
    ['the sum of those that match', { state: 'open' }, { equals: 7 }, true, 'jobs{state="open"} is 7'],
    ['all of that name', {}, { atMost: 7 }, false, 'jobs is 107, not at most 7'],
    ['none', { queue: 'c' }, { atLeast: 0 }, false, 'it has no jobs{queue="c"}'],
  ])('has metrics: %s', (_, labels, test, holds, said) => {
    expect(saysOf({ kind: 'metric', name: 'jobs', labels, test }, metrics)).toEqual({ holds, said });
  });
});

const says = (holds: boolean, said: string) => ({ holds, said });

describe('replicas, each for itself', () => {
  const condition = (replicas: Condition['replicas']): Condition => ({ service: 'node', replicas, question: http() });
  const each = [
    { target: 'node-1', says: says(true, 'status 200') },
    { target: 'node-2', says: says(false, 'status 503, not 200') },
    { target: 'node-3', says: says(true, 'status 200') },
  ];
  it.each<[Condition['replicas'], boolean, string]>([
    ['all', false, '2 of 3 replicas; node-2: status 503, not 200'],
    ['any', true, 'node-1, node-3: status 200'],
    [2, true, 'node-1, node-3: status 200'],
    [5, false, '2 of 5 replicas; node-2: status 503, not 200'],
  ])('%s of them', (replicas, holds, said) => {
    expect(judgeEach(condition(replicas), each)).toEqual({ holds, said });
  });

  it('that are too few are told with what they say', () => {
    const [first] = each;
    expect(first && judgeEach(condition(2), [first])).toEqual(says(false, '1 of 2 replicas; node-1: status 200'));
  });

  it('that are not there say nothing', () => {
    for (const replicas of ['all', 'any', 1] as const)
      expect(judgeEach(condition(replicas), [])).toEqual(says(false, 'no replica of node is there'));
  });
});

describe('replicas that are to agree', () => {
  const question: Extract<Question, { kind: 'agree' }> = { kind: 'agree', path: '/', json: 'leader' };
  const judge = (answers: readonly PageAnswer[], members?: number) =>
    judgeAgreement(
      'node',
      members,
      answers.map((answer, index) => ({ target: `node-${index + 1}`, says: toldBy(question, answer) })),
    );
  const led = (leader: unknown) => page(JSON.stringify({ leader }));
  const gone: PageAnswer = { why: 'no answer within 1s' };

  it.each<[string, PageAnswer[], number | undefined, boolean, string]>([
    ['say the same', [led('a'), led('a'), led('a')], undefined, true, '3 say leader="a"'],
    ['do not', [led('a'), led('b'), led('a')], undefined, false, 'node-2 says leader="b", others leader="a"'],
    ['do not, two of them', [led('a'), led('b')], undefined, false, 'node-2 says leader="b", node-1 leader="a"'],
    [
      'do not all answer',
      [led('a'), gone, led('a')],
      undefined,
      false,
      '2 of 3 replicas answer; node-2: no answer within 1s',
    ],
    ['answer in sufficient number', [led('a'), gone, led('a')], 2, true, '2 say leader="a"'],
    [
      'answer, but differ from enough',
      [led('a'), led('b'), led('a')],
      2,
      false,
      'node-2 says leader="b", others leader="a"',
    ],
    ['are fewer than wanted', [led('a'), led('a')], 3, false, '2 of 3 replicas answer'],
    [
      'know nothing yet',
      [led(''), led(null), page('{}')],
      undefined,
      false,
      '0 of 3 replicas answer; node-1: leader is ""; node-2: leader is null; node-3: leader is absent',
    ],
    [
      'say the same map in another order',
      [led({ a: 1, b: 2 }), led({ b: 2, a: 1 })],
      undefined,
      true,
      '2 say leader={"a":1,"b":2}',
    ],
    [
      'differ in the last digit',
      [page('{"leader":9372538179322589801}'), page('{"leader":9372538179322589802}')],
      undefined,
      false,
      'node-2 says leader="9372538179322589802", node-1 leader="9372538179322589801"',
    ],
    ['are none', [], undefined, false, 'no replica of node is there'],
  ])('%s', (_, answers, members, holds, said) => {
    expect(judge(answers, members)).toEqual({ holds, said });
  });

  it('may be asked for all that they answer', () => {
    const whole = { kind: 'agree', path: '/' } as const;
    expect(toldBy(whole, page('v1\n'))).toEqual({ told: 'v1', said: 'v1' });
    expect(toldBy(whole, page(''))).toEqual({ said: 'an empty answer' });
    expect(toldBy(whole, page('v1', 500))).toEqual({ said: 'status 500, not 200' });
  });
});

it('lines count from the moment that is measured from, whenever it is told of', () => {
  const looks = new LineLooks('became leader');
  const line = (target: string, atUs: number, text = 'node became leader') =>
    ({ target, atUs, text, stream: 'stdout' }) as const;
  expect(looks.take(line('a', 10, 'hello'))).toBe(false);
  expect(looks.take(line('a', 20))).toBe(true);
  expect(looks.of('a', 30).holds).toBe(true);
  expect(looks.of('a', 10).holds).toBe(false);
  looks.take(line('b', 50));
  looks.take(line('a', 60));
  expect(looks.countFrom(40)).toEqual([50, 60]);
  expect(looks.of('a', 55)).toEqual(says(false, 'has printed no line like /became leader/'));
  expect(looks.of('a', 60).holds).toBe(true);
  expect(looks.countFrom(100)).toEqual([]);
  expect(looks.take(line('a', 99))).toBe(false);
});
